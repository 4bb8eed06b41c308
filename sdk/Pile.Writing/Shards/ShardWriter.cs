using System.Buffers;
using System.Collections.Immutable;
using Pile.Format;
using Pile.Hdf5;
using Pile.Writing.Schemas;
using Pile.Writing.Spill;

namespace Pile.Writing.Shards;

/// <summary>Writes one shard after the other as HDF5. Light columns are written directly; heavy ones are encoded by several threads and
/// written in order. Encoding of the next shard begins while the last blocks of one are written.</summary>
internal sealed class ShardWriter : IDisposable
{
    /// <summary>The bytes of a light column that are written together.</summary>
    private const int LightBlockBytes = 1 << 20;

    private readonly DatasetSchema schema;
    private readonly ShardAttributes attributes;
    private readonly HeavyEncoder encoder;
    private readonly SpilledTexts texts;
    private readonly ImmutableArray<SpillGroup> groups;
    private readonly TaskFactory encoding;
    private readonly ImmutableArray<ColumnStatisticsBuilder> lightStatistics, heavyStatistics;
    private readonly ImmutableArray<(int Location, ColumnStatisticsBuilder Statistics)> referenceStatistics;
    private readonly int workers;
    private readonly bool gathersStatistics, compressesLists;
    private readonly long encodeBytes;
    private ShardBlocks? ahead;

    internal ShardWriter(DatasetSchema schema, DatasetSpec spec, WriterSettings settings, ImmutableArray<SpillGroup> groups,
        HeavyFiles files)
    {
        (this.schema, this.groups, workers, encodeBytes) = (schema, groups, settings.Workers, settings.EncodeBytes);
        texts = new SpilledTexts(files);
        gathersStatistics = settings.GathersStatistics;
        compressesLists = Modality.HasCompressedLists(spec.Modality);
        encoder = new HeavyEncoder(schema.Heavy, groups, files, gathersStatistics);
        attributes = new ShardAttributes(spec, schema.Columns);
        lightStatistics = [.. schema.Light.Select(c => new ColumnStatisticsBuilder(c))];
        heavyStatistics = [.. schema.Heavy.Select(c => new ColumnStatisticsBuilder(c))];
        referenceStatistics = [.. schema.References.Select(c => (
            schema.Indexed.ToList().FindIndex(i => i.Name == ColumnNames.PieceFile(c.Name)),
            new ColumnStatisticsBuilder(c)))];
        encoding = new TaskFactory(new ConcurrentExclusiveSchedulerPair(TaskScheduler.Default, settings.Workers).ConcurrentScheduler);
    }

    /// <summary>Completes the light columns of rows, and adds them to the statistics.</summary>
    internal void Count(ShardRows rows)
    {
        rows.CompleteLight(texts, groups);
        for (int i = 0; gathersStatistics && i < schema.Light.Length; i++)
            rows.Light[i].Count(lightStatistics[i]);
        if (!gathersStatistics)
            return;
        foreach ((int location, ColumnStatisticsBuilder statistics) in referenceStatistics)
            foreach (bool isMissing in rows.Light[location].IsNull.Span)
                if (isMissing)
                    statistics.AddNull();
    }

    /// <summary>Writes a shard, and fills the location of its rows.</summary>
    /// <param name="path">The file.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="source">The number of the shard in the dataset.</param>
    /// <param name="next">Returns the rows of the shard that is written next, if they are known already.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    internal void Write(string path, ShardRows rows, int source, Func<ShardRows?> next, CancellationToken cancellationToken)
    {
        using ShardBlocks? blocks = schema.Heavy.IsEmpty ? null : ahead ?? BlocksOf(rows);
        ahead = null;
        int[][] chunkShapes = blocks?.ChunkShapes ?? [];
        blocks?.Start(cancellationToken);
        Count(rows);
        EncodedChunks chunks = new(rows.RowCount, schema.Heavy.Length);
        (int RowBytes, int ChunkRows)[] light = [.. schema.Light.Select((column, i) => SizesOf(column, rows.Light[i]))];
        using (Hdf5Writer file = Hdf5Writer.Create(path))
        {
            attributes.WriteFile(file.Attributes, rows.CellFolder);
            WriteLight(file, rows, light, cancellationToken);
            Hdf5DatasetWriter?[] datasets =
                [.. schema.Heavy.Select((column, i) => CreateHeavy(file, column, rows.RowCount, chunkShapes[i]))];
            if (blocks is not null)
                WriteHeavy(file, datasets, blocks, chunks, next, cancellationToken);
            file.Close();
        }
        rows.Pieces = PieceColumns.Make(schema.Heavy, rows, source, chunkShapes, chunks);
    }

    /// <summary>Waits for blocks of a shard that is not written, after a failure.</summary>
    public void Dispose() => ahead?.Dispose();

    /// <summary>Returns the statistics of all rows written so far, in the manifest's order.</summary>
    internal IReadOnlyList<ColumnStatistics> Statistics() =>
        [.. schema.Columns.Select(c => (c.Storage switch
        {
            ColumnStorage.Heavy => heavyStatistics[schema.Heavy.IndexOf(c)],
            ColumnStorage.Reference or ColumnStorage.Window => referenceStatistics[schema.References.IndexOf(c)].Statistics,
            _ => lightStatistics[schema.Light.IndexOf(c)],
        }).Finish())];

    /// <summary>Adds a block's rows to the statistics in their order, regardless of the order of encoding.</summary>
    private void Count(EncodedBlock block, ShardRows rows)
    {
        for (int row = 0; row < block.RowCount; row++)
            for (int i = 0; i < block.ColumnCount; i++)
                if (rows.HeavyIsNull[block.FirstColumn + i].Values[block.FirstRow + row])
                    heavyStatistics[block.FirstColumn + i].AddNull();
                else
                    heavyStatistics[block.FirstColumn + i].Add(block.Moments[(row * block.ColumnCount) + i]);
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
                ListChunks.Write(dataset, rows.Light[i], rowBytes, chunkRows, workers, cancellationToken);
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

    private ShardBlocks BlocksOf(ShardRows rows) => new(encoder, encoding, schema.Heavy, rows, workers, encodeBytes);

    private void WriteHeavy(Hdf5Writer file, Hdf5DatasetWriter?[] datasets, ShardBlocks blocks, EncodedChunks chunks, Func<ShardRows?> next,
        CancellationToken cancellationToken)
    {
        while (true)
        {
            blocks.Start(cancellationToken);
            if (blocks.IsStarted && (ahead ??= next() is { } following ? BlocksOf(following) : null) is { } later)
                later.Start(encodeBytes - blocks.BytesUnderWay - later.BytesUnderWay, cancellationToken);
            using EncodedBlock? block = blocks.Next();
            if (block is null)
                return;
            WriteBlock(file, datasets, block, chunks);
            Count(block, blocks.Rows);
        }
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
