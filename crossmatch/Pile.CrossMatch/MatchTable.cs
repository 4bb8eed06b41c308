using System.Collections.Immutable;
using Pile.Format;

namespace Pile.CrossMatch;

/// <summary>The result of a match, a row for each pair: sorted by position and id of A, then by separation.</summary>
public sealed class MatchTable
{
    private const int BatchRows = 65_536;

    private readonly LoadedSide a, b;
    private readonly int[] rowsA, rowsB;
    private readonly double[] separationArcsec;
    private readonly MatchJoin join;

    internal MatchTable(LoadedSide a, LoadedSide b, int[] rowsA, int[] rowsB, double[] separationArcsec, MatchJoin join, MatchSummary summary)
    {
        (this.a, this.b, this.rowsA, this.rowsB, this.separationArcsec, this.join, Summary) = (a, b, rowsA, rowsB, separationArcsec, join, summary);
        Columns = [.. Batch(0, 0).Columns.Select(c => c.Schema)];
    }

    /// <summary>The match in numbers.</summary>
    public MatchSummary Summary { get; }

    /// <summary>Rows of the result: pairs, and with a left join rows of A alone.</summary>
    public int RowCount => rowsA.Length;

    /// <summary><c>a_object_id, b_object_id, separation_arcsec, a_ra, a_dec, b_ra, b_dec</c>, then the columns carried along.</summary>
    public ImmutableArray<ColumnSchema> Columns { get; }

    /// <summary>The rows, in batches; at least one, so that the columns are known where there are no rows.</summary>
    public async IAsyncEnumerable<RowBatch> ReadAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (int first = 0; first == 0 || first < RowCount; first += BatchRows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return await Task.Run(() => Batch(first, Math.Min(BatchRows, RowCount - first)), cancellationToken).ConfigureAwait(false);
        }
    }

    private RowBatch Batch(int first, int count)
    {
        ReadOnlySpan<int> fromA = rowsA.AsSpan(first, count), fromB = rowsB.AsSpan(first, count);
        bool mayBeAlone = join == MatchJoin.Left;
        bool[] alone = new bool[mayBeAlone ? count : 0];
        for (int i = 0; i < alone.Length; i++)
            alone[i] = fromB[i] < 0;
        ColumnSchema separation = new()
        {
            Name = "separation_arcsec",
            DType = DType.Float64,
            Unit = "arcsec",
            Ucd = "pos.angDistance",
            Description = "great-circle separation of the pair",
            Nullable = mayBeAlone,
        };
        List<ColumnData> columns =
        [
            Take(a, 0, fromA, "a_", false), Take(b, 0, fromB, "b_", mayBeAlone),
            new ColumnData<double>(separation, separationArcsec.AsMemory(first, count), alone),
            Take(a, 1, fromA, "a_", false), Take(a, 2, fromA, "a_", false), Take(b, 1, fromB, "b_", mayBeAlone), Take(b, 2, fromB, "b_", mayBeAlone),
        ];
        HashSet<string> names = new(columns.Select(c => c.Schema.Name), StringComparer.OrdinalIgnoreCase);
        Carry(a, fromA, "a_", false);
        Carry(b, fromB, "b_", mayBeAlone);
        return new RowBatch(columns);

        void Carry(LoadedSide side, ReadOnlySpan<int> rows, string prefix, bool mayBeNull)
        {
            for (int column = 3; column < side.Rows.Columns.Length; column++)
            {
                // Tables whose names ignore case could not hold both.
                ColumnSchema schema = side.Rows.Columns[column].Schema;
                string name = prefix + schema.Name;
                while (!names.Add(name))
                    name += "_";
                columns.Add(side.Rows.Columns[column].Take(rows, schema with { Name = name, IndexName = null, Nullable = schema.Nullable || mayBeNull }));
            }
        }
    }

    private static ColumnData Take(LoadedSide side, int column, ReadOnlySpan<int> rows, string prefix, bool mayBeNull)
    {
        ColumnData data = side.Rows.Columns[column];
        string name = column switch { 0 => "object_id", 1 => "ra", _ => "dec" };
        return data.Take(rows, data.Schema with { Name = prefix + name, IndexName = null, Nullable = data.Schema.Nullable || mayBeNull });
    }
}
