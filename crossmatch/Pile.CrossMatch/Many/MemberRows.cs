using System.Collections.Immutable;
using Pile.CrossMatch.Plain;
using Pile.Format;

namespace Pile.CrossMatch;

/// <summary>The members of groups, one row each: <c>group_id, group_size, catalogue, object_id, ra, dec</c>.</summary>
/// <param name="sides">The sides.</param>
/// <param name="groups">The groups.</param>
/// <param name="workers">The number of threads.</param>
/// <param name="owner">The match, which is disposed with the rows.</param>
internal sealed class MemberRows(PreparedSide[] sides, MemberGroups groups, int workers, ManyMatch owner) : ResultRows
{
    private const int BatchRows = 8192;

    // If the ids of one side are text, all are.
    private readonly bool hasTextIds = sides.Any(s => s.OwnSchema(PositionColumn.Id).DType == DType.String);
    private readonly ResultColumn[] ids = [.. sides.Select(s => Own(s, PositionColumn.Id))], ra = [.. sides.Select(s =>
        Own(s, PositionColumn.Ra))], dec = [.. sides.Select(s => Own(s, PositionColumn.Dec))];

    internal override ImmutableArray<ColumnSchema> Schemas { get; } =
    [
        MatchColumns.GroupId(false), MatchColumns.GroupSize(false),
        new ColumnSchema { Name = "catalogue", DType = DType.String, Unit = "", Description = "letter of the side: a, b, c, …" },
        sides[0].OwnSchema(PositionColumn.Id) with
        {
            Name = "object_id",
            DType = sides.Any(s => s.OwnSchema(PositionColumn.Id).DType == DType.String) ? DType.String : DType.Int64,
        },
        sides[0].OwnSchema(PositionColumn.Ra) with { Name = "ra", Nullable = false },
        sides[0].OwnSchema(PositionColumn.Dec) with { Name = "dec", Nullable = false },
    ];

    internal override long Count => groups.MemberCount;

    internal override IEnumerable<PositionedRows> Batches(long most, CancellationToken cancellationToken)
    {
        int count = (int)Math.Min(most, Count);
        IEnumerable<(int, int)> parts = count == 0 ? [(0, 0)]
            : Enumerable.Range(0, (count + BatchRows - 1) / BatchRows).Select(i => (i * BatchRows, Math.Min(BatchRows,
            count - (i * BatchRows))));
        return Ahead(owner.Work, parts, Gather, workers, cancellationToken);
    }

    public override void Dispose() => owner.Dispose();

    private static ResultColumn Own(PreparedSide side, PositionColumn column) => side.Own(column, side.OwnSchema(column), ResultPart.B);

    private PositionedRows Gather((int First, int Count) part)
    {
        (int[] group, int[] side, int[] row) = part.Count == 0 ? ([], [], []) : groups.Members(part.First, part.Count);
        (long[] numbers, string[] texts) = (new long[part.Count], new string[part.Count]);
        (double[] raDeg, double[] decDeg) = (new double[part.Count], new double[part.Count]);
        for (int i = 0; i < sides.Length; i++)
        {
            int[] places = [.. Enumerable.Range(0, part.Count).Where(p => side[p] == i)], rows = [.. places.Select(p => row[p])];
            if (places.Length == 0)
                continue;
            BlockRows block = new(rows, rows, new double[rows.Length], 0, rows.Length, mayLackA: false, mayLackB: false);
            ColumnData id = ids[i].Take(block);
            ReadOnlySpan<double> ofRa = ((ColumnData<double>)ra[i].Take(block)).Values.Span,
                ofDec = ((ColumnData<double>)dec[i].Take(block)).Values.Span;
            for (int p = 0; p < places.Length; p++)
            {
                (raDeg[places[p]], decDeg[places[p]]) = (ofRa[p], ofDec[p]);
                if (id is ColumnData<long> integers)
                    numbers[places[p]] = integers.Values.Span[p];
                if (hasTextIds)
                    texts[places[p]] = id is TextColumnData text ? text.Text(p)
                        : numbers[places[p]].ToString(System.Globalization.CultureInfo.InvariantCulture);
            }
        }
        long[] none = new long[part.Count];
        return new(new RowBatch([new ColumnData<int>(Schemas[0], group.Select(g => g + 1).ToArray(), part.Count),
            new ColumnData<int>(Schemas[1], group.Select(groups.SizeOf).ToArray(), part.Count),
            TextColumnData.From(Schemas[2], [.. side.Select(s => ManyColumns.Letter(s).ToString())]),
            hasTextIds ? TextColumnData.From(Schemas[3], texts) : new ColumnData<long>(Schemas[3], numbers, part.Count),
            new ColumnData<double>(Schemas[4], raDeg, part.Count), new ColumnData<double>(Schemas[5], decDeg, part.Count)]), none, none);
    }
}
