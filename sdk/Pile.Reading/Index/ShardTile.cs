using System.Collections.Immutable;
using Pile.DuckDb;
using Pile.Format;
using Pile.Hdf5;
using Pile.Sky;

namespace Pile.Reading;

/// <summary>Writes a shard's rows as a tile of the index. The checksums of pieces are 0.</summary>
internal sealed class ShardTile
{
    private readonly ImmutableArray<ColumnSchema> light, following, heavy;
    private readonly IndexKey key;
    private readonly ColumnSchema id;
    private readonly ImmutableArray<DuckDbField> fields;
    private readonly string select;

    /// <summary>Heavy columns whose rows have several pieces, so that the columns of pieces are lists.</summary>
    private readonly HashSet<ColumnSchema> divided;

    /// <summary>Determines the columns of tiles.</summary>
    /// <param name="manifest">The dataset's manifest.</param>
    /// <param name="example">A shard, from which the number of pieces per row is read; null if there are no shards.</param>
    internal ShardTile(Manifest manifest, Hdf5File? example)
    {
        light = [.. manifest.Columns.Where(c => c.Storage == ColumnStorage.Light)];
        heavy = [.. manifest.Columns.Where(c => c.Storage == ColumnStorage.Heavy)];
        divided = [.. heavy.Where(c => example is not null && IsDivided(example, c))];
        key = manifest.Partition.Key;
        id = manifest.Column("object_id")!;
        following = [.. light.Where(c => c.Name != key.Column)];
        List<DuckDbField> all = [new(key.Column, DuckDbType.BigInt)];
        List<string> expressions = [key.Column];
        foreach (ColumnSchema column in following)
        {
            DuckDbType element = DuckDbColumn.TypeOf(column.DType);
            all.Add(new DuckDbField(column.SqlName, column.IsScalar || column.DType == DType.String ? element : DuckDbType.List(element)));
            if (column.Nested is not { } group)
                expressions.Add($"{Value(column)} AS {DuckDbSql.Identifier(column.SqlName)}");
            else if (light.First(c => c.Nested == group) == column)
                expressions.Add(Struct(group, [.. light.Where(c => c.Nested == group)]));
        }
        foreach (DuckDbField field in PieceFields())
        {
            all.Add(field);
            expressions.Add(DuckDbSql.Identifier(field.Name));
        }
        (fields, select) = ([.. all], string.Join(", ", expressions));
    }

    internal void Write(DuckDbConnection connection, Hdf5File file, DatasetFile shard, string path, CancellationToken cancellationToken) =>
        ParquetCopy.Write(connection, fields, [Columns(file, shard)], select, path, options: "", cancellationToken);

    internal void WriteSchema(DuckDbConnection connection, string path, CancellationToken cancellationToken)
    {
        using DuckDbBatches batches = new(fields, []);
        using DuckDbScan scan = connection.Scan(batches);
        connection.Execute($"COPY (SELECT {select} FROM {scan.Sql}) TO {DuckDbSql.Literal(path)} (FORMAT parquet)",
            cancellationToken: cancellationToken);
    }

    private static string Value(ColumnSchema column)
    {
        string name = DuckDbSql.Identifier(column.SqlName);
        return column.IsScalar || column.DType != DType.String ? name
            : column.IsRagged ? $"string_split({name}, chr(0))[:-2]" : $"string_split({name}, chr(0))";
    }

    private static string Struct(string group, ImmutableArray<ColumnSchema> members) =>
        $"CASE WHEN {DuckDbSql.Identifier(members[0].SqlName)} IS NULL THEN NULL ELSE "
            + $"struct_pack({string.Join(", ", members.Select(m => $"{DuckDbSql.Identifier(m.NestedMember)} := {Value(m)}"))}) END AS "
            + $"{DuckDbSql.Identifier(group)}";

    private IEnumerable<DuckDbField> PieceFields()
    {
        yield return new DuckDbField(ColumnNames.Source, DuckDbType.Integer);
        yield return new DuckDbField(ColumnNames.SourceRow, DuckDbType.Integer);
        foreach (ColumnSchema column in heavy)
        {
            foreach ((string name, DuckDbType type) in ((string, DuckDbType)[])[(ColumnNames.PieceOffset(column.SqlName),
                DuckDbType.BigInt), (ColumnNames.PieceSize(column.SqlName), DuckDbType.Integer),
                (ColumnNames.PieceCodec(column.SqlName), DuckDbType.UTinyInt),
                (ColumnNames.PieceCrc32C(column.SqlName), DuckDbType.UInteger)])
                yield return new DuckDbField(name, divided.Contains(column) ? DuckDbType.List(type) : type);
            if (HasChunkShape(column))
                yield return new DuckDbField(ColumnNames.PieceChunk(column.SqlName), DuckDbType.List(DuckDbType.Integer));
        }
    }

    private List<DuckDbColumn> Columns(Hdf5File file, DatasetFile shard)
    {
        int count = shard.Rows <= int.MaxValue ? (int)shard.Rows
            : throw new IOException($"'{DatasetPaths.Files}' lists {shard.Rows} rows for it; a shard has at most {int.MaxValue}");
        int[] sources = new int[count], rows = new int[count];
        Array.Fill(sources, shard.Source);
        for (int row = 0; row < count; row++)
            rows[row] = row;
        List<DuckDbColumn> columns = [DuckDbColumn.Of<long>(Keys(file, count)),
            .. following.Select(column => ShardColumn.Light(file, column, count)),
            DuckDbColumn.Of<int>(sources), DuckDbColumn.Of<int>(rows)];
        foreach (ColumnSchema column in heavy)
            columns.AddRange(Pieces(file, column, count));
        return columns;
    }

    private long[] Keys(Hdf5File file, int count)
    {
        long[] keys = new long[count];
        if (key.Frame is { } frame)
            Healpix.AngToPix(Healpix.MaxOrder, file.OpenRows(frame.Lon, DType.Float64, [], count).ReadAll<double>(),
                file.OpenRows(frame.Lat, DType.Float64, [], count).ReadAll<double>(), keys);
        else if (id.DType == DType.String)
        {
            Hdf5Dataset ids = file.OpenColumn(id, count);
            byte[] texts = new byte[checked(count * id.StringBytes)];
            ids.ReadRowBytes(0, count, texts);
            for (int row = 0; row < count; row++)
                keys[row] = IndexKey.OfId(texts.AsSpan(row * id.StringBytes, id.StringBytes).WithoutPadding());
        }
        else
        {
            long[] ids = file.OpenRows(id.Name, DType.Int64, [], count).ReadAll<long>();
            for (int row = 0; row < count; row++)
                keys[row] = IndexKey.OfId(ids[row]);
        }
        return keys;
    }

    private static bool IsDivided(Hdf5File file, ColumnSchema column)
    {
        Hdf5Dataset dataset = file.OpenDataset(ColumnNames.ToHdf5(column.Name));
        return dataset.ChunkShape.Count > 1 && !dataset.Shape.Skip(1).SequenceEqual(dataset.ChunkShape.Skip(1));
    }

    private List<DuckDbColumn> Pieces(Hdf5File file, ColumnSchema column, int count)
    {
        Hdf5Dataset dataset = file.OpenColumn(column, count);
        int[] chunk = [.. dataset.Shape.Skip(1).Select(length => checked((int)length))];
        bool isEmpty = chunk.Contains(0);
        Hdf5Piece[] pieces = isEmpty ? new Hdf5Piece[count] : dataset.ReadChunkIndex().ByRow();
        int perRow = count > 0 ? pieces.Length / count : 1;
        if (perRow != 1 && !divided.Contains(column))
            throw dataset.Invalid("its rows are divided into chunks, but those of other shards are not");
        long[] offsets = Array.ConvertAll(pieces, piece => piece.Offset);
        int[] sizes = Array.ConvertAll(pieces, piece => piece.StoredBytes);
        byte[] codecs = new byte[pieces.Length];
        Array.Fill(codecs, (byte)dataset.Codec);
        ReadOnlyMemory<bool> isNull = ShardColumn.Nulls(file, column, count);
        List<DuckDbColumn> columns = divided.Contains(column)
            ? [DuckDbColumn.Vectors<long>(perRow, offsets, isNull), DuckDbColumn.Vectors<int>(perRow, sizes, isNull),
                DuckDbColumn.Vectors<byte>(perRow, codecs, isNull), DuckDbColumn.Vectors<uint>(perRow, new uint[pieces.Length], isNull)]
            : [DuckDbColumn.Of<long>(offsets, isNull), DuckDbColumn.Of<int>(sizes, isNull), DuckDbColumn.Of<byte>(codecs, isNull),
                DuckDbColumn.Of<uint>(new uint[count], isNull)];
        if (HasChunkShape(column))
            columns.Add(DuckDbColumn.Vectors<int>(chunk.Length,
                Enumerable.Repeat(chunk, count).SelectMany(lengths => lengths).ToArray(), isNull));
        return columns;
    }

    private static bool HasChunkShape(ColumnSchema column) => column.IsRagged && column.Shape.Length > 1;
}
