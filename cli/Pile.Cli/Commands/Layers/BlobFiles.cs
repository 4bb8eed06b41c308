using Pile.Format;
using Pile.Layers;
using Pile.Reading;

namespace Pile.Cli.Commands;

/// <summary>Writes blobs of layers as files: <c>&lt;id&gt;.&lt;column&gt;.&lt;ending&gt;</c>.</summary>
internal static class BlobFiles
{
    /// <summary>Returns the layer, or the source, of a column of blobs; null for another column.</summary>
    internal static LayerSnapshot? LayerOf(Dataset dataset, string column) => dataset.Layers.Select(l => l.Snapshot)
        .Concat(dataset.Source is { } source ? [source.Snapshot] : [])
        .FirstOrDefault(l => l.Fields.Any(f => f.Type == FieldType.Blob
            && column.Equals(l.Prefix + f.Name, StringComparison.OrdinalIgnoreCase)));

    /// <summary>Writes the blobs of rows.</summary>
    /// <param name="dataset">The open dataset with its layers.</param>
    /// <param name="rows">The rows with the columns of blobs.</param>
    /// <param name="columns">The columns of blobs.</param>
    /// <param name="folder">The folder for the files.</param>
    /// <param name="replace">True to replace existing files, each when its new one is complete.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>The files, and the number of rows without a value.</returns>
    /// <exception cref="OutputExistsException">A file exists.</exception>
    internal static async Task<(List<string> Files, long Missing)> WriteAsync(Dataset dataset, RowReader rows, string[] columns,
        string folder, bool replace, CancellationToken cancellationToken)
    {
        Dictionary<string, List<(BlobReference Blob, string Path)>> wanted = columns.ToDictionary(c => c,
            _ => new List<(BlobReference, string)>(), StringComparer.Ordinal);
        long missing = 0;
        int row = 0;
        await foreach (RowBatch batch in rows.ReadAllAsync(cancellationToken: cancellationToken).ConfigureAwait(false))
            for (int i = 0; i < batch.RowCount; i++, row++)
                foreach (string column in columns)
                    if (batch[column] is TextColumnData text && !text.IsNullAt(i))
                    {
                        BlobReference blob = BlobReference.Parse(text.Text(i), LayerOf(dataset, column)!.Store.Address);
                        string name = $"{ColumnNames.ToFileName(rows.IdAt(row).ToString())}.{ColumnNames.ToFileName(column)}."
                            + EndingOf(blob.Encoding);
                        wanted[column].Add((blob, RequireFree(Path.Combine(folder, name), replace)));
                    }
                    else
                        missing++;
        Create(folder);
        foreach ((string column, List<(BlobReference Blob, string Path)> blobs) in wanted)
            await new BlobReader(LayerOf(dataset, column)!).ReadAsync([.. blobs.Select(b => b.Blob)],
                (i, bytes) => WriteAsync(blobs[i].Path, bytes, replace, cancellationToken), cancellationToken).ConfigureAwait(false);
        return ([.. wanted.Values.SelectMany(b => b).Select(b => b.Path)], missing);
    }

    private static string RequireFree(string path, bool replace) => !Path.Exists(path) || (replace && !Directory.Exists(path)) ? path
        : throw new OutputExistsException(path, replace ? "It is a folder: choose another folder for the files"
            : "Choose another folder, or use --replace to replace the file");

    private static void Create(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OutputUnwritableException(folder, "the folder cannot be created", "Choose another folder", e);
        }
    }

    private static async Task WriteAsync(string path, ReadOnlyMemory<byte> bytes, bool replace, CancellationToken cancellationToken)
    {
        string temporary = path + ".partial";
        try
        {
            await File.WriteAllBytesAsync(temporary, bytes, cancellationToken).ConfigureAwait(false);
            CompleteFile.Move(temporary, path, replace);
        }
        catch (Exception e) when (FileFault.Is(e))
        {
            throw new OutputUnwritableException(path, $"it cannot be written: {FileFault.TextOf(e)}",
                "Free space or correct permissions", e);
        }
        finally
        {
            TemporaryPath.Delete(temporary);
        }
    }

    private static string EndingOf(string mediaType) => mediaType switch
    {
        "image/jpeg" => "jpg",
        "image/svg+xml" => "svg",
        "image/jp2" => "jp2",
        "application/x-hdf5" => "h5",
        "application/x-npy" => "npy",
        "application/x-npz" => "npz",
        "application/gzip" => "gz",
        "text/plain" => "txt",
        "application/x-ndjson" => "jsonl",
        _ when mediaType.StartsWith("image/", StringComparison.Ordinal) => mediaType[6..],
        "application/fits" or "application/json" or "application/pdf" or "application/zip" => mediaType[12..],
        _ => "bin",
    };
}
