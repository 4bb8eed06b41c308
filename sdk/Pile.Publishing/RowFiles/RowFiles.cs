using System.Collections.Immutable;
using Pile.Format;

namespace Pile.Publishing;

/// <summary>Writes rows of a dataset to files, one for each row and column:
/// <c>&lt;id&gt;.&lt;column&gt;.&lt;extension&gt;</c>.</summary>
/// <remarks>Ids and columns are percent-encoded in file names. A file is written completely or not
/// at all; existing files are overwritten only with <see cref="RowFileOptions.Replace"/>.</remarks>
public static class RowFiles
{
    internal const string IdColumn = "object_id";

    /// <summary>Returns the columns that the rows must be read with: the requested ones, <c>object_id</c>, and others that their files need
    /// (bands, WCS, wavelengths, the position).</summary>
    /// <param name="manifest">The dataset's manifest.</param>
    /// <param name="columns">The columns to write to files.</param>
    /// <param name="options">The options for writing; null for the defaults.</param>
    /// <exception cref="ArgumentException">A column is unknown, duplicate, or of
    /// a type that the format does not support; a band is unknown.</exception>
    public static ImmutableArray<string> ColumnsToRead(Manifest manifest, IReadOnlyList<string> columns, RowFileOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        ArgumentNullException.ThrowIfNull(columns);
        return RowFilePlan.Of(manifest, columns, options ?? new RowFileOptions()).Columns;
    }

    /// <summary>Writes rows to files.</summary>
    /// <param name="rows">The rows, with the columns of <see cref="ColumnsToRead"/>; an id that occurs again, as in the matches of a row,
    /// is written once.</param>
    /// <param name="manifest">The dataset's manifest.</param>
    /// <param name="columns">The columns to write to files.</param>
    /// <param name="outputFolder">The output folder; it is created if it does not exist.</param>
    /// <param name="options">The options for writing; null for the defaults.</param>
    /// <param name="expectedIds">The ids of the rows, if they are known: an existing file is then detected before a row is read, otherwise
    /// before the files of its batch are written.</param>
    /// <param name="cancellationToken">Cancels the operation between two files.</param>
    /// <exception cref="ArgumentException">A column or band is unknown, or of a type that the format does not support; or the rows lack a
    /// column of <see cref="ColumnsToRead"/>.</exception>
    /// <exception cref="OutputExistsException">A file already exists, and <see cref="RowFileOptions.Replace"/> is not set.</exception>
    /// <exception cref="PileException">The folder or a file cannot be written.</exception>
    /// <exception cref="DatasetInvalidException">A row is inconsistent, for example has fewer bands than its image.</exception>
    /// <exception cref="ValueInvalidException">The format does not support a value, such as non-ASCII text in FITS.</exception>
    public static async Task<RowFilesSummary> WriteAsync(IAsyncEnumerable<RowBatch> rows, Manifest manifest, IReadOnlyList<string> columns,
        string outputFolder,
        RowFileOptions? options = null, IEnumerable<ObjectId>? expectedIds = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(manifest);
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentException.ThrowIfNullOrEmpty(outputFolder);
        options ??= new RowFileOptions();
        RowFilePlan plan = RowFilePlan.Of(manifest, columns, options);
        OutputFolder output = new(outputFolder, options);
        if (output.MayHaveFiles)
            foreach (ObjectId id in expectedIds ?? [])
            {
                cancellationToken.ThrowIfCancellationRequested(); // millions of ids take seconds
                foreach (RowFile file in plan.Files)
                    output.RequireFree(output.PathOf(id, file));
            }

        HashSet<ObjectId> seen = [];
        ImmutableArray<string>.Builder files = ImmutableArray.CreateBuilder<string>();
        long missing = 0;
        await foreach (RowBatch batch in rows.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (batch is null)
                throw new ArgumentNullException(nameof(rows), "A batch is null.");
            List<(int Row, RowFile File, string Path)> pending = [];
            for (int row = 0; row < batch.RowCount; row++)
                if (IdOf(manifest, batch, row) is var id && seen.Add(id))
                    foreach (RowFile file in plan.Files)
                    {
                        bool isNull = Column(batch, file.Schema.Name).IsNullAt(row);
                        missing += isNull ? 1 : 0;
                        if (!isNull || file.WritesNulls)
                            pending.Add((row, file, output.PathOf(id, file)));
                    }
            foreach (string companion in plan.Columns)
                _ = Column(batch, companion);
            foreach ((int row, RowFile file, string path) in pending)
            {
                file.Check(batch, row);
                output.RequireFree(path);
                if (file.AuxiliaryText(batch, row) is not null)
                    output.RequireFree(path + RowFile.AuxiliaryEnding);
            }
            output.Create();
            foreach ((int row, RowFile file, string path) in pending)
            {
                cancellationToken.ThrowIfCancellationRequested();
                // The second file first: a reader that finds the first has both.
                if (file.AuxiliaryText(batch, row) is { } text)
                {
                    output.WriteFile(path + RowFile.AuxiliaryEnding, temporary => File.WriteAllText(temporary, text));
                    files.Add(path + RowFile.AuxiliaryEnding);
                }
                else if (options.Replace) // that of the replaced file, from here or from GDAL, is of other pixels
                    OutputFolder.Delete(path + RowFile.AuxiliaryEnding);
                output.WriteFile(path, temporary => file.Write(temporary, batch, row));
                files.Add(path);
            }
        }
        output.Create();
        foreach (string message in plan.Files.Select(file => file.Message).OfType<string>().Distinct(StringComparer.Ordinal))
            options.OnMessage?.Invoke(message);
        return new RowFilesSummary { Rows = seen.Count, Missing = missing, Files = files.DrainToImmutable() };
    }

    private static ObjectId IdOf(Manifest manifest, RowBatch batch, int row) => Column(batch, IdColumn) switch
    {
        ColumnData<long> numbers => new ObjectId(numbers.Row(row)[0]),
        TextColumnData text when !text.Element(row).IsEmpty => new ObjectId(text.Text(row)),
        TextColumnData => throw new DatasetInvalidException(manifest.Name, "a row has no object_id",
            "Run 'pile validate' for all findings"),
        var other => throw new DatasetInvalidException(manifest.Name, $"object_id is {other.Schema.DType.Name()}, expected int64 or string",
            "Run 'pile validate' for all findings"),
    };

    private static ColumnData Column(RowBatch batch, string name) => batch.Find(name)
        ?? throw new ArgumentException(
            $"The rows lack column '{name}': read them with the columns that {nameof(ColumnsToRead)} returns.", nameof(batch));
}
