using System.Security.Cryptography;
using System.Text;
using Pile.Codecs;
using Pile.DuckDb;
using Pile.Format;
using Pile.Storage;

namespace Pile.Layers;

/// <summary>Replaces paths of files in a staged table with values of blobs, and writes the bytes to a pack.</summary>
/// <param name="database">The database with the staged table.</param>
/// <param name="table">The staged table.</param>
/// <param name="source">The table of the user, for messages.</param>
/// <param name="folder">The folder that must have the files, and to which paths are relative; null for files anywhere, with paths relative
/// to the working folder.</param>
/// <param name="further">Another folder that may have the files; null if all must be in the first.</param>
internal sealed class BlobStage(LayerDatabase database, string table, string source, string? folder, string? further)
{
    private const int BlockBytes = 1 << 20;

    private readonly Dictionary<string, (long Offset, uint Crc)> stored = new(StringComparer.Ordinal);
    private readonly List<string> tables = [];
    private FileStream? pack;
    private string packPath = "";

    /// <summary>Reads the files of a column.</summary>
    /// <param name="column">The column of the user's table: paths.</param>
    /// <param name="name">Its name in the staged table.</param>
    /// <param name="existing">The field before; null for a new one.</param>
    /// <param name="asked">The type that the user asks for; null for that of the field.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>The field after, and the SQL of its values, which is valid after <see cref="Complete"/>.</returns>
    /// <exception cref="ArgumentException">The column is not text, or the field is of another type.</exception>
    /// <exception cref="ValueInvalidException">A file cannot be read.</exception>
    internal (LayerField Field, string Sql) Fit(ColumnSchema column, string name, LayerField? existing, FieldType? asked,
        CancellationToken cancellationToken)
    {
        if ((asked ?? existing!.Type) != FieldType.Blob || (existing?.Type ?? FieldType.Blob) != FieldType.Blob)
            throw new ArgumentException($"The field '{column.Name}' is {existing!.Type}, but {asked} is asked for. Write to a field of "
                + "another name.");
        if (column.DType != DType.String || !column.IsScalar)
            throw new ArgumentException($"The column '{column.Name}' of {source} is {column}, but a blob is given as the path of a file.");
        List<(long Row, string Id, string Path)> files = [];
        using (DuckDbResult result = database.Connection.Query($"SELECT n, id::VARCHAR, {name} FROM {table} WHERE {name} IS NOT NULL "
            + $"AND {name} <> '' ORDER BY id", cancellationToken: cancellationToken))
            foreach (DuckDbChunk chunk in result.Chunks())
                for (int i = 0; i < chunk.RowCount; i++)
                    files.Add((chunk.Values<long>(0)[i], chunk[1].Text(i)!, chunk[2].Text(i)!));
        BlobRow[] rows = [.. files.Select(f => Store(f.Row, f.Id, f.Path, column.Name, cancellationToken))];
        string values = $"_pile_blob_{name}";
        tables.Add(values);
        database.Connection.Execute($"CREATE OR REPLACE TEMP TABLE {values} (n BIGINT, sha256 VARCHAR, bytes BIGINT, encoding VARCHAR, "
            + "pack VARCHAR, \"offset\" BIGINT, crc32c UINTEGER)", cancellationToken: cancellationToken);
        using (DuckDbAppender appender = database.Connection.Append(values))
        {
            appender.Append(DuckDbColumn.Of<long>(Array.ConvertAll(rows, r => r.Row)),
                DuckDbColumn.Text(Array.ConvertAll(rows, r => r.Sha256)), DuckDbColumn.Of<long>(Array.ConvertAll(rows, r => r.Bytes)),
                DuckDbColumn.Text(Array.ConvertAll(rows, r => r.Encoding)), DuckDbColumn.Text(Array.ConvertAll(rows, _ => (string?)"")),
                DuckDbColumn.Of<long>(Array.ConvertAll(rows, r => r.Offset)), DuckDbColumn.Of<uint>(Array.ConvertAll(rows, r => r.Crc)));
            appender.Complete();
        }
        LayerField field = existing ?? new LayerField { Name = column.Name, Type = FieldType.Blob, Description = column.Description };
        return (field, $"(SELECT any_value({{'sha256': b.sha256, 'bytes': b.bytes, 'encoding': b.encoding, 'pack': b.pack, "
            + $"'offset': b.\"offset\", 'crc32c': b.crc32c}}) FROM {values} b WHERE b.n = {table}.n)");
    }

    /// <summary>Closes the pack, and puts its name into the values.</summary>
    /// <returns>Null if there are no bytes.</returns>
    internal BlobPack? Complete(CancellationToken cancellationToken)
    {
        if (pack is null)
            return null;
        pack.Dispose();
        PatchDraft written = PatchStage.Of(packPath, 0, []);
        foreach (string values in tables)
            database.Connection.Execute($"UPDATE {values} SET pack = {DuckDbSql.Literal(written.Sha256)}",
                cancellationToken: cancellationToken);
        return new BlobPack(packPath, written.Sha256, written.Bytes);
    }

    private BlobRow Store(long row, string id, string path, string column, CancellationToken cancellationToken)
    {
        string root = folder is null ? Environment.CurrentDirectory : Path.GetFullPath(folder), full = Path.GetFullPath(path, root);
        try
        {
            if (Directory.Exists(full))
                throw new IOException("it is a folder");
            // A table from elsewhere must not put other files of this machine into a layer that is published.
            if (folder is not null && !RealPath.IsBelow(full, root)
                && (further is null || !RealPath.IsBelow(full, Path.GetFullPath(further))))
                throw new ValueInvalidException(source, row, column, $"'{path}' of object_id {id}",
                    $"the path of a file in the folder of the table ('{root}')"
                        + (further is null ? "" : $" or in '{further}'") + ", also after symbolic links",
                    "Copy the file there, or name a folder that has the files with --blob-files");
            RegularFile.Require(full);
            using FileStream file = File.OpenRead(full);
            if (file.Length > BlobReference.MaxBytes)
                throw new IOException($"it has {file.Length} bytes; at most {BlobReference.MaxBytes} are allowed");
            return Store(row, file, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ValueInvalidException(source, row, column, $"'{path}' of object_id {id}",
                $"the path of a file that can be read, relative to the folder of the table ('{full}': {e.Message.TrimEnd('.')})",
                "Correct the path");
        }
    }

    private BlobRow Store(long row, FileStream file, CancellationToken cancellationToken)
    {
        pack ??= File.Create(packPath = database.NewFile());
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] block = new byte[(int)Math.Clamp(file.Length, 1, BlockBytes)];
        long offset = pack.Position, bytes = 0;
        uint crc = 0;
        MediaType type = MediaType.Empty;
        for (int count; (count = file.ReadAtLeast(block, block.Length, throwOnEndOfStream: false)) > 0; bytes += count)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ReadOnlySpan<byte> part = block.AsSpan(0, count);
            if (bytes == 0)
                type = MediaTypes.Of(part[..Math.Min(count, MediaTypes.HeadBytes)], file.Length <= MediaTypes.HeadBytes);
            hash.AppendData(part);
            crc = Crc32C.Append(crc, part);
            pack.Write(part);
        }
        string sha256 = Convert.ToHexStringLower(hash.GetHashAndReset());
        if (!stored.TryAdd(sha256, (offset, crc)))
        {
            pack.SetLength(offset); // the same bytes are stored once
            pack.Position = offset;
            offset = stored[sha256].Offset;
        }
        return new BlobRow(row, sha256, bytes, Encoding.UTF8.GetString(MediaTypes.NameOf(type)), offset, crc);
    }

    private sealed record BlobRow(long Row, string Sha256, long Bytes, string Encoding, long Offset, uint Crc);
}
