using Pile.DuckDb;
using Pile.Writing.Schemas;
using Pile.Writing.Shards;
using Pile.Writing.Spill;

namespace Pile.Writing.Index;

/// <summary>Puts rows that were written tile by tile into the order of the index, through a file.</summary>
/// <param name="schema">The dataset's columns.</param>
/// <param name="layout">The columns of the index, which are those of the file.</param>
/// <param name="folder">A folder for temporary files, created here.</param>
/// <param name="settings">The memory.</param>
internal sealed class IndexOrder(DatasetSchema schema, IndexLayout layout, string folder, WriterSettings settings)
{
    private readonly string path = Path.Combine(folder, "rows.parquet");
    private long rowCount;

    /// <summary>Stores all rows.</summary>
    /// <param name="shards">The shards, in any order.</param>
    /// <param name="done">Receives a shard whose rows are all stored.</param>
    /// <param name="connection">A connection that nothing else uses until this returns.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    internal void Collect(IEnumerator<ShardRows> shards, Action<ShardRows> done, DuckDbConnection connection,
        CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        using DuckDbBatches batches = new(layout.Fields, Batches(shards, done));
        using DuckDbScan scan = connection.Scan(batches);
        connection.Execute($"COPY (SELECT * FROM {scan.Sql}) TO {DuckDbSql.Literal(path)} (FORMAT parquet, COMPRESSION snappy"
            + $", ROW_GROUP_SIZE {layout.RowGroupRows}{ParquetCopy.WithoutDictionaries})", cancellationToken: cancellationToken);
    }

    /// <summary>Returns the stored rows by key and id. The rows of an element are valid until the next one.</summary>
    /// <param name="database">The database that sorts.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    internal IEnumerable<ShardRows> Read(DuckDbDatabase database, CancellationToken cancellationToken)
    {
        SortOrder order = new(null, layout.Fields[0].Name, StandardColumns.ObjectId);
        string stored = $"SELECT * FROM read_parquet({DuckDbSql.Literal(path)}, hive_partitioning = false)";
        RowBuckets sorted = new(stored, stored, order, rowCount, schema.WidestRowBytes, Path.Combine(folder, "sort"), settings);
        ShardRows rows = new(schema) { Pieces = PieceColumns.Buffers(schema.Heavy) };
        foreach (DuckDbChunk chunk in sorted.Read(database, cancellationToken))
        {
            Fill(rows, chunk);
            yield return rows;
        }
    }

    private void Fill(ShardRows rows, DuckDbChunk chunk)
    {
        rows.Begin(0, "", 1);
        rows.Keys.Append(chunk[0], 0, chunk.RowCount);
        for (int i = 0; i < layout.Light.Length; i++)
            Append(rows.Light[layout.Light[i]], chunk[1 + i], chunk.RowCount);
        for (int i = 0; i < rows.Pieces.Length; i++)
        {
            rows.Pieces[i].Clear();
            rows.Pieces[i].Append(chunk[1 + layout.Light.Length + i], 0, chunk.RowCount);
        }
    }

    private IEnumerable<IReadOnlyList<DuckDbColumn>> Batches(IEnumerator<ShardRows> shards, Action<ShardRows> done)
    {
        while (shards.MoveNext())
        {
            ShardRows shard = shards.Current;
            rowCount += shard.RowCount;
            yield return [shard.Keys.ToDuckDb(), .. layout.Light.Select(i => shard.Light[i].ToDuckDb()),
                .. shard.Pieces.Select(p => p.ToDuckDb())];
            done(shard);
        }
    }

    private static void Append(ColumnBuffer buffer, DuckDbVector vector, int count)
    {
        if (buffer is not JoinedTextBuffer texts || buffer is TextBuffer { IsScalar: true })
        {
            buffer.Append(vector, 0, count);
            return;
        }
        for (int row = 0; row < count; row++)
            texts.Add(vector.IsValid(row) ? vector.Utf8(row) : default, !vector.IsValid(row));
    }
}
