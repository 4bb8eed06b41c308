using System.Runtime.InteropServices;
using Pile.CrossMatch.Matching;
using Pile.DuckDb;
using Pile.Format;

namespace Pile.CrossMatch;

/// <summary>An SQL condition on pairs: DuckDB evaluates it for the pairs of a block, with the columns that it refers to.</summary>
/// <remarks>The columns of a side are the fields of a structure <c>a</c> or <c>b</c>. A name of only one side may also be used without
/// it, unless it is that of the separation of the pair.</remarks>
internal sealed class SqlPairFilter : IDisposable
{
    private const string Place = "_pile_place";

    private readonly MatchWorkspace work;
    private readonly SqlExpression where;
    private readonly MatchSide[] sides;
    private readonly (bool IsA, ResultColumn Column)[] columns;
    private readonly string separation, sql;
    private readonly ThreadLocal<Block> blocks;
    private readonly CancellationToken cancellationToken;

    /// <param name="work">The workspace of DuckDB.</param>
    /// <param name="where">The condition.</param>
    /// <param name="a">One side.</param>
    /// <param name="b">The other side.</param>
    /// <param name="columnsA">The columns of A to which the condition may refer, with their names in SQL.</param>
    /// <param name="columnsB">The columns of B to which the condition may refer, with their names in SQL.</param>
    /// <param name="cancellationToken">Interrupts DuckDB.</param>
    internal SqlPairFilter(MatchWorkspace work, SqlExpression where, MatchSide a, MatchSide b, IEnumerable<ResultColumn> columnsA,
        IEnumerable<ResultColumn> columnsB, CancellationToken cancellationToken)
    {
        (this.work, this.where, sides, this.cancellationToken) = (work, where, [a, b], cancellationToken);
        columns = [.. columnsA.Select(c => (true, c)), .. columnsB.Select(c => (false, c))];
        separation = MatchColumns.SeparationName(a.Frame);
        sql = Select();
        blocks = new(() => new Block(work.Connect(), Fields()), trackAllValues: true);
    }

    /// <summary>Removes the pairs that do not meet the condition.</summary>
    internal void Apply(PairBuffer pairs)
    {
        int count = pairs.Count;
        Block block = blocks.Value!;
        block.Fill(pairs, Separations(pairs), columns);
        Span<bool> isKept = block.IsKept.AsSpan(0, count);
        isKept.Clear();
        try
        {
            using DuckDbResult result = block.Query(sql, cancellationToken);
            foreach (DuckDbChunk chunk in result.Chunks())
                foreach (int place in chunk.Values<int>(0))
                    isKept[place] = true;
        }
        catch (DuckDbException e) when (SqlMistake.Is(e))
        {
            throw SqlMistake.Of(where.Text, e, sides);
        }
        catch (DuckDbException e)
        {
            throw work.Translate(e);
        }
        int kept = 0;
        for (int i = 0; i < count; i++)
            if (isKept[i])
            {
                (pairs.RowA[kept], pairs.RowB[kept], pairs.SeparationArcsec[kept]) =
                    (pairs.RowA[i], pairs.RowB[i], pairs.SeparationArcsec[i]);
                kept++;
            }
        pairs.Count = kept;
    }

    private ReadOnlyMemory<double> Separations(PairBuffer pairs) => sides[0].Frame.IsEarth
        ? Array.ConvertAll(pairs.SeparationArcsec[..pairs.Count], arcsec => arcsec * EarthDistance.MPerArcsec)
        : pairs.SeparationArcsec.AsMemory(0, pairs.Count);

    public void Dispose()
    {
        foreach (Block block in blocks.Values)
            block.Dispose();
        blocks.Dispose();
    }

    private IReadOnlyList<DuckDbField> Fields() => [new(Place, DuckDbType.Integer), new(separation, DuckDbType.Double),
        .. columns.Select((c, i) => new DuckDbField($"_pile_{i}", SideBatches.TypeOf(c.Column.Schema)))];

    private string Select()
    {
        List<string> items = [Place, separation];
        foreach ((bool isA, string letter) in new[] { (true, "a"), (false, "b") })
        {
            IEnumerable<string> fields = columns.Index().Where(c => c.Item.IsA == isA).Select(c =>
                $"{DuckDbSql.Identifier(c.Item.Column.Schema.Name)} := _pile_{c.Index}");
            if (fields.Any())
                items.Add($"struct_pack({string.Join(", ", fields)}) AS {letter}");
        }
        foreach ((int i, string name) in columns.Select(c => c.Column.Schema.Name).Index())
            if (!((string[])["a", "b", separation]).Contains(name, StringComparer.OrdinalIgnoreCase)
                && columns.Count(c => c.Column.Schema.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) == 1)
                items.Add($"_pile_{i} AS {DuckDbSql.Identifier(name)}");
        return $"SELECT {Place} FROM (SELECT {string.Join(", ", items)} FROM {{scan}}) AS _pile_pair WHERE {where.Sql}";
    }

    // The pairs of one thread as a table. New arrays for each block would be new memory from the system, which costs more than the
    // condition, and planning the query again a quarter of it.
    private sealed class Block(DuckDbConnection connection, IReadOnlyList<DuckDbField> fields) : IDuckDbTable, IDisposable
    {
        private readonly double[]?[] values = new double[]?[fields.Count];
        private readonly DuckDbColumn[] columns = new DuckDbColumn[fields.Count];
        private DuckDbScan? scan;
        private DuckDbStatement? statement;
        private int[] places = [];
        private int count;

        internal bool[] IsKept { get; private set; } = [];

        public IReadOnlyList<DuckDbField> Columns => fields;

        public long RowCount => count;

        public int BatchCount => 1;

        public int RowsOf(int batch) => count;

        public DuckDbColumn[] Read(int batch, ReadOnlySpan<int> numbers, ref byte[] buffer)
        {
            DuckDbColumn[] read = new DuckDbColumn[numbers.Length];
            for (int i = 0; i < read.Length; i++)
                read[i] = columns[numbers[i]];
            return read;
        }

        internal void Fill(PairBuffer pairs, ReadOnlyMemory<double> separations, (bool IsA, ResultColumn Column)[] ofSides)
        {
            count = pairs.Count;
            if (places.Length < count)
            {
                places = [.. Enumerable.Range(0, count)];
                IsKept = new bool[count];
            }
            BlockRows rows = new(pairs, mayLackA: false, mayLackB: false);
            columns[0] = DuckDbColumn.Of<int>(places.AsMemory(0, count));
            columns[1] = DuckDbColumn.Of(separations);
            for (int i = 2; i < columns.Length; i++)
                columns[i] = Values(ref values[i], ofSides[i - 2].Column, rows);
        }

        internal DuckDbResult Query(string sql, CancellationToken cancellationToken)
        {
            scan ??= connection.Scan(this);
            statement ??= connection.Prepare(sql.Replace("{scan}", scan.Sql, StringComparison.Ordinal), cancellationToken);
            return statement.Query(cancellationToken);
        }

        public void Dispose()
        {
            statement?.Dispose();
            scan?.Dispose();
            connection.Dispose();
        }

        private DuckDbColumn Values(ref double[]? memory, ResultColumn column, BlockRows rows)
        {
            if (column is not NumberColumn { IsEncoded: false, Schema.DType: DType.Float64 })
                return DuckDbColumn.Of(column.Take(rows));
            if (memory is null || memory.Length < count)
                memory = GC.AllocateUninitializedArray<double>(count);
            column.Gather(rows, MemoryMarshal.AsBytes(memory.AsSpan(0, count)));
            return DuckDbColumn.Of<double>(memory.AsMemory(0, count));
        }
    }
}
