using System.Collections.Immutable;
using Pile.CrossMatch.Plain;
using Pile.Format;

namespace Pile.CrossMatch;

/// <summary>Creates the columns of a result.</summary>
internal static class ResultColumns
{
    /// <summary>Creates the columns of a result of pairs.</summary>
    internal static ImmutableArray<ResultColumn> OfPairs(PreparedSide a, IEnumerable<string> carriedA, PreparedSide b,
        IEnumerable<string> carriedB, CrossMatchOptions options, CommonTimes? times,
        MatchProbability? probability = null)
    {
        bool mayLackA = JoinedRows.MayLackA(options.Join), mayLackB = JoinedRows.MayLackB(options.Join), mayLackPair = mayLackA || mayLackB;
        PositionFrame frame = a.Side.Frame;
        (string lon, string lat) = (frame.Lon, frame.Lat);
        List<ResultColumn> columns =
        [
            Own(a, PositionColumn.Id, ResultPart.A, "a_object_id", mayLackA),
            Own(b, PositionColumn.Id, ResultPart.B, "b_object_id", mayLackB),
            frame.IsEarth ? new DistanceColumn(MatchColumns.Distance(mayLackPair))
                : new SeparationColumn(MatchColumns.Separation(mayLackPair)),
            Own(a, PositionColumn.Ra, ResultPart.A, $"a_{lon}", mayLackA), Own(a, PositionColumn.Dec, ResultPart.A, $"a_{lat}", mayLackA),
            Own(b, PositionColumn.Ra, ResultPart.B, $"b_{lon}", mayLackB), Own(b, PositionColumn.Dec, ResultPart.B, $"b_{lat}", mayLackB),
        ];
        if (times is not null)
            AddTimes(columns, times, a, b, mayLackPair);
        if (options.PositionAngle)
            columns.Add(new PositionAngleColumn(MatchColumns.PositionAngle(mayLackPair), a.Positions, b.Positions));
        if (probability is not null)
            columns.AddRange(probability.Columns(mayLackA, mayLackPair));
        Carry(columns, a, carriedA, "a", ResultPart.A, mayLackA);
        Carry(columns, b, carriedB, "b", ResultPart.B, mayLackB);
        return [.. columns];
    }

    /// <summary>Creates the columns of a result of groups.</summary>
    internal static ImmutableArray<ResultColumn> OfGroups(PreparedSide a, IEnumerable<string> carried, bool mayBeAlone,
        Func<int, int> groupOf, Func<int, int> sizeOf)
    {
        List<ResultColumn> columns =
        [
            Own(a, PositionColumn.Id, ResultPart.A, "a_object_id", mayBeMissing: false),
            new GroupColumn(MatchColumns.GroupId(mayBeAlone), groupOf), new GroupColumn(MatchColumns.GroupSize(mayBeAlone), sizeOf),
            Own(a, PositionColumn.Ra, ResultPart.A, $"a_{a.Side.Frame.Lon}", mayBeMissing: false),
            Own(a, PositionColumn.Dec, ResultPart.A, $"a_{a.Side.Frame.Lat}", mayBeMissing: false),
        ];
        Carry(columns, a, carried, "a", ResultPart.A, mayBeMissing: false);
        return [.. columns];
    }

    private static void AddTimes(List<ResultColumn> columns, CommonTimes times, PreparedSide a, PreparedSide b, bool mayLackPair)
    {
        ColumnSchema difference = MatchColumns.TimeDifference(mayLackPair);
        if (times.AreInstants)
        {
            columns.Add(new TimeDifferenceColumn(difference, a.Mjd, b.Mjd));
            return;
        }
        PairTimes ofPairs = new(a, b);
        columns.Add(new PairTimeColumn(difference, ofPairs));
        if (times.A.HasEpochs)
            columns.Add(new EpochIndexColumn(MatchColumns.EpochIndex("a", mayLackPair), ofPairs, isA: true));
        if (times.B.HasEpochs)
            columns.Add(new EpochIndexColumn(MatchColumns.EpochIndex("b", mayLackPair), ofPairs, isA: false));
    }

    /// <summary>Creates the column of ids, right ascensions or declinations of a side.</summary>
    internal static ResultColumn Own(PreparedSide side, PositionColumn column, ResultPart part, string name, bool mayBeMissing)
    {
        ColumnSchema schema = side.OwnSchema(column);
        return side.Own(column, ColumnMeaning.Renamed(schema, name) with { Nullable = schema.Nullable || mayBeMissing }, part);
    }

    /// <summary>Adds the additional columns of a side.</summary>
    internal static void Carry(List<ResultColumn> columns, PreparedSide side, IEnumerable<string> carried, string letter, ResultPart part,
        bool mayBeMissing)
    {
        HashSet<string> names = new(columns.Select(c => c.Schema.Name), StringComparer.OrdinalIgnoreCase);
        foreach (ColumnSchema schema in carried.Select(side.Schema))
        {
            string name = MatchColumns.NameOf(schema, letter, names);
            names.Add(name);
            columns.Add(side.Stored(schema.Name, ColumnMeaning.Renamed(schema, name) with { Nullable = schema.Nullable || mayBeMissing },
                part));
        }
    }
}
