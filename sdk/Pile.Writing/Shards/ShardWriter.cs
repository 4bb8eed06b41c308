using System.Buffers;
using System.Collections.Immutable;
using Pile.Format;
using Pile.Hdf5;
using Pile.Writing.Schemas;
using Pile.Writing.Spill;

namespace Pile.Writing.Shards;

/// <summary>Writes one shard after the other as HDF5. Light columns are written directly; heavy ones are encoded by several threads and
/// written in order.</summary>
/// <param name="schema">The dataset's columns.</param>
/// <param name="spec">The dataset.</param>
/// <param name="settings">The number of threads, and the memory.</param>
/// <param name="groups">The groups of rows in the spill.</param>
/// <param name="files">The files of the spill.</param>
/// <param name="encoder">The encoder, which several writers may share.</param>
internal sealed class ShardWriter(DatasetSchema schema, DatasetSpec spec, WriterSettings settings, ImmutableArray<SpillGroup> groups,
    HeavyFiles files, HeavyEncoder encoder)
{
    /// <summary>The bytes of a light column that are written together.</summary>
    private const int LightBlockBytes = 1 << 20;

    private readonly ShardAttributes attributes = new(spec, schema.Columns);
    private readonly SpilledTexts texts = new(files);
    private readonly bool compressesLists = Modality.HasCompressedLists(spec.Modality);

    /// <summary>Completes the light columns of rows that become no shard.</summary>
    internal void Complete(ShardRows rows) => rows.CompleteLight(texts, groups);

    /// <summary>Writes a shard, and fills the location of its rows.</summary>
    /// <param name="path">The file.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="source">The number of the shard in the dataset.</param>
    /// <param name="done">Receives each block once it is written, in order.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    internal void Write(string path, ShardRows rows, int source, Action<EncodedBlock> done, CancellationToken cancellationToken)
    {
        using ShardBlocks? blocks = schema.Heavy.IsEmpty ? null
            : new(encoder, schema.Heavy, rows, settings, cancellationToken);
        int[][] chunkShapes = blocks?.ChunkShapes ?? [];
        blocks?.Start();
        Complete(rows);
        EncodedChunks chunks = new(rows.RowCount, schema.Heavy.Length);
        (int RowBytes, int ChunkRows)[] light = [.. schema.Light.Select((column, i) => SizesOf(column, rows.Light[i]))];
        using (Hdf5Writer file = Hdf5Writer.Create(path))
        {
            attributes.WriteFile(file.Attributes, rows.CellFolder);
            WriteLight(file, rows, light, cancellationToken);
            Hdf5DatasetWriter?[] datasets =
                [.. schema.Heavy.Select((column, i) => CreateHeavy(file, column, rows.RowCount, chunkShapes[i]))];
            while (blocks?.Next() is { } block)
                using (block)
                {
                    WriteBlock(file, datasets, block, chunks);
                    done(block);
                }
            file.Close();
        }
        rows.Pieces = PieceColumns.Make(schema.Heavy, rows, source, chunkShapes, chunks);
    }

    /// <summary>Returns the bytes of a stored row, and the rows of a chunk; 0 for contiguous rows.</summary>
    private (int RowBytes, int ChunkRows) SizesOf(ColumnSchema column, ColumnBuffer rows)
    {
        int rowBytes = column.DType == DType.String ? column.StringBytes : column.DType.ElementBytes();
        foreach (int length in rows.RowShape(column))
            rowBytes = checked(rowBytes * length);
        return (rowBytes, compressesLists && rows is IListBuffer ? ListChunks.RowsOf(rows.RowCount, rowBytes) : 0);
    }

    private void WriteLight(Hdf5Writer file, ShardRows rows, (int RowBytes, int ChunkRows)[] sizes, CancellationToken cancellationToken)
    {
        for (int i = 0; i < schema.Light.Length; i++)
        {
            ColumnSchema column = schema.Light[i];
            (int rowBytes, int chunkRows) = sizes[i];
            string name = ColumnNames.ToHdf5(column.Name);
            long[] rowShape = [.. rows.Light[i].RowShape(column).ToArray().Select(n => (long)n)], shape = [rows.RowCount, .. rowShape];
            Hdf5DatasetWriter dataset = chunkRows == 0 ? file.CreateContiguous(name, column.DType, shape, column.StringBytes)
                : file.CreateChunked(name, column.DType, shape, [chunkRows, .. rowShape], ListChunks.Codec, column.StringBytes);
            attributes.WriteColumn(dataset.Attributes, column);
            if (chunkRows == 0)
                WriteRows(dataset, rows.Light[i], rowBytes);
            else
                ListChunks.Write(dataset, rows.Light[i], rowBytes, chunkRows, settings.Workers, cancellationToken);
            if (column.Nullable)
                WriteIsNull(file, column, rows.Light[i].IsNull.Span);
        }
        for (int i = 0; i < schema.Heavy.Length; i++)
            if (schema.Heavy[i].Nullable)
                WriteIsNull(file, schema.Heavy[i], rows.HeavyIsNull[i].Values);
    }

    // Block by block, because lists need memory for their padding.
    private static void WriteRows(Hdf5DatasetWriter dataset, ColumnBuffer rows, int rowBytes)
    {
        if (rowBytes == 0)
            return;
        int most = Math.Clamp(LightBlockBytes / rowBytes, 1, Math.Max(rows.RowCount, 1));
        byte[] scratch = rows is IListBuffer ? ArrayPool<byte>.Shared.Rent(checked(most * rowBytes)) : [];
        for (int first = 0, count; first < rows.RowCount; first += count)
        {
            count = Math.Min(most, rows.RowCount - first);
            dataset.WriteRowBytes(first, rows.Stored(first, count, rows is IListBuffer ? scratch.AsSpan(0, count * rowBytes) : []));
        }
        if (scratch.Length > 0)
            ArrayPool<byte>.Shared.Return(scratch);
    }

    private static void WriteIsNull(Hdf5Writer file, ColumnSchema column, ReadOnlySpan<bool> isNull)
    {
        Hdf5DatasetWriter dataset = file.CreateContiguous(ColumnNames.ToHdf5(ColumnNames.IsNull(column.Name)), DType.Bool, [isNull.Length]);
        dataset.Attributes.Write("role", column.Role == ColumnRole.Standard ? "standard" : "native");
        dataset.WriteRows(0, isNull);
    }

    /// <summary>Creates the dataset of a heavy column; returns null for one without elements, which has no chunks.</summary>
    private Hdf5DatasetWriter? CreateHeavy(Hdf5Writer file, ColumnSchema column, int rowCount, int[] chunkShape)
    {
        long[] shape = [rowCount, .. chunkShape.Select(n => (long)n)];
        bool isEmpty = chunkShape.Contains(0);
        string name = ColumnNames.ToHdf5(column.Name);
        Hdf5DatasetWriter dataset = isEmpty ? file.CreateContiguous(name, column.DType, shape)
            : file.CreateChunked(name, column.DType, shape, [1, .. shape.AsSpan(1)], column.Codec);
        attributes.WriteColumn(dataset.Attributes, column);
        return isEmpty ? null : dataset;
    }

    private static void WriteBlock(Hdf5Writer file, Hdf5DatasetWriter?[] datasets, EncodedBlock block, EncodedChunks chunks)
    {
        long start = file.Append(block.Chunks);
        Span<long> coordinates = stackalloc long[32]; // the maximum number of dimensions in HDF5
        coordinates.Clear();
        for (int row = 0; row < block.RowCount; row++)
        {
            coordinates[0] = block.FirstRow + row;
            for (int i = 0; i < block.ColumnCount; i++)
            {
                int chunk = (row * block.ColumnCount) + i, column = block.FirstColumn + i;
                (long offset, int bytes) = (start + block.StartOf(chunk), block.BytesOf(chunk));
                chunks.Set(block.FirstRow + row, column, offset, bytes, block.Crc32C[chunk]);
                if (datasets[column] is { } dataset)
                    dataset.AddChunk(coordinates[..dataset.Shape.Count], offset, bytes);
            }
        }
    }
}
