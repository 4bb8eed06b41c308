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
        MatchProbability? probability = null, Action<string>? report = null)
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
            AddTimes(columns, times, a, b, mayLackPair, options.Find);
        if (options.PositionAngle)
            columns.Add(new PositionAngleColumn(MatchColumns.PositionAngle(mayLackPair), a.Positions, b.Positions));
        if (probability is not null)
            columns.AddRange(probability.Columns(mayLackA, mayLackPair));
        Carry(columns, a, carriedA, "a", ResultPart.A, mayLackA, report);
        Carry(columns, b, carriedB, "b", ResultPart.B, mayLackB, report);
        return [.. columns];
    }

    /// <summary>Creates the columns of a result of groups.</summary>
    internal static ImmutableArray<ResultColumn> OfGroups(PreparedSide a, IEnumerable<string> carried, bool mayBeAlone,
        Func<int, int> groupOf, Func<int, int> sizeOf, Action<string>? report = null)
    {
        List<ResultColumn> columns =
        [
            Own(a, PositionColumn.Id, ResultPart.A, "a_object_id", mayBeMissing: false),
            new GroupColumn(MatchColumns.GroupId(mayBeAlone), groupOf), new GroupColumn(MatchColumns.GroupSize(mayBeAlone), sizeOf),
            Own(a, PositionColumn.Ra, ResultPart.A, $"a_{a.Side.Frame.Lon}", mayBeMissing: false),
            Own(a, PositionColumn.Dec, ResultPart.A, $"a_{a.Side.Frame.Lat}", mayBeMissing: false),
        ];
        Carry(columns, a, carried, "a", ResultPart.A, mayBeMissing: false, report);
        return [.. columns];
    }

    private static void AddTimes(List<ResultColumn> columns, CommonTimes times, PreparedSide a, PreparedSide b, bool mayLackPair,
        MatchFind find)
    {
        ColumnSchema difference = MatchColumns.TimeDifference(mayLackPair);
        if (times.AreInstants)
        {
            columns.Add(new TimeDifferenceColumn(difference, a.Mjd, b.Mjd));
            return;
        }
        PairTimes ofPairs = new(a, b, find);
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
    /// <param name="columns">The columns so far.</param>
    /// <param name="side">The side.</param>
    /// <param name="carried">The names of the columns in the side.</param>
    /// <param name="letter">The letter of the side, with which their names begin.</param>
    /// <param name="part">The rows to which they belong.</param>
    /// <param name="mayBeMissing">True if some rows of the result have no row of the side.</param>
    /// <param name="report">Receives a message if columns have other names, because these are taken in another case.</param>
    internal static void Carry(List<ResultColumn> columns, PreparedSide side, IEnumerable<string> carried, string letter, ResultPart part,
        bool mayBeMissing, Action<string>? report)
    {
        HashSet<string> names = new(columns.Select(c => c.Schema.Name), StringComparer.OrdinalIgnoreCase);
        List<string> renamed = [];
        foreach (ColumnSchema schema in carried.Select(side.Schema))
        {
            string name = MatchColumns.NameOf(schema, letter, names);
            if (names.TryGetValue($"{letter}_{schema.Name}", out string? taken))
                renamed.Add($"'{schema.Name}' is '{name}' because of '{taken}'");
            names.Add(name);
            columns.Add(side.Stored(schema.Name, ColumnMeaning.Renamed(schema, name) with { Nullable = schema.Nullable || mayBeMissing },
                part));
        }
        if (renamed.Count > 0)
            report?.Invoke($"columns of {letter.ToUpperInvariant()} are renamed, because some programs ignore case: "
                + string.Join(", ", renamed));
    }
}
