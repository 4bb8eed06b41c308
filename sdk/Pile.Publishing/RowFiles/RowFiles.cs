using System.Collections.Immutable;
using Pile.Format;

namespace Pile.Publishing;

/// <summary>Writes rows of a dataset as single files, one for every row and column:
/// <c>&lt;id&gt;.&lt;column&gt;.&lt;ending&gt;</c>.</summary>
/// <remarks>In names, ids and columns are percent-encoded (<see cref="ColumnNames.ToFileName"/>). A file appears whole or not at all; what
/// is there already is never written over.</remarks>
public static class RowFiles
{
    internal const string IdColumn = "object_id";

    /// <summary>The columns that rows must be read with: those asked for, <c>object_id</c>, and what their files take beside (bands, WCS,
    /// wavelengths, the position).</summary>
    /// <param name="manifest">The dataset's manifest.</param>
    /// <param name="columns">The columns that get files.</param>
    /// <param name="options">How they are written; null for the defaults.</param>
    /// <exception cref="ArgumentException">A column is unknown, named twice, or of a kind that the format cannot hold; a band is
    /// unknown.</exception>
    public static ImmutableArray<string> ColumnsToRead(Manifest manifest, IReadOnlyList<string> columns, RowFileOptions? options = null) =>
        RowFilePlan.Of(manifest, columns, options ?? new RowFileOptions()).Columns;

    /// <summary>Writes rows to files.</summary>
    /// <param name="rows">The rows, with the columns of <see cref="ColumnsToRead"/>; an id that comes again, as in the matches of a row, is
    /// written once.</param>
    /// <param name="manifest">The dataset's manifest.</param>
    /// <param name="columns">The columns that get files.</param>
    /// <param name="outputFolder">The folder; it is made where there is none.</param>
    /// <param name="options">How they are written; null for the defaults.</param>
    /// <param name="expectedIds">The ids that will come, where they are known: then a file that exists is noticed before a row is read,
    /// else before the files of its batch are written.</param>
    /// <param name="cancellationToken">Ends the writing between two files.</param>
    /// <exception cref="ArgumentException">A column or band is unknown, or of a kind that the format cannot hold; or the rows lack a column
    /// of <see cref="ColumnsToRead"/>.</exception>
    /// <exception cref="OutputExistsException">A file exists already.</exception>
    /// <exception cref="OutputUnwritableException">The folder or a file cannot be written.</exception>
    /// <exception cref="DatasetInvalidException">A row contradicts itself, as when its bands are fewer than its image has.</exception>
    /// <exception cref="ValueInvalidException">A value has no form in the format, such as text beyond ASCII in FITS.</exception>
    public static async Task<RowFilesSummary> WriteAsync(IAsyncEnumerable<RowBatch> rows, Manifest manifest, IReadOnlyList<string> columns,
        string outputFolder,
        RowFileOptions? options = null, IEnumerable<ObjectId>? expectedIds = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(outputFolder);
        RowFilePlan plan = RowFilePlan.Of(manifest, columns, options ?? new RowFileOptions());
        OutputFolder output = new(outputFolder);
        foreach (ObjectId id in expectedIds ?? [])
            foreach (RowFile file in plan.Files)
                output.RequireFree(output.PathOf(id, file));

        HashSet<ObjectId> seen = [];
        ImmutableArray<string>.Builder files = ImmutableArray.CreateBuilder<string>();
        long missing = 0;
        await foreach (RowBatch batch in rows.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            List<(int Row, RowFile File, string Path)> due = [];
            for (int row = 0; row < batch.RowCount; row++)
                if (IdOf(manifest, batch, row) is var id && seen.Add(id))
                    foreach (RowFile file in plan.Files)
                    {
                        bool isNull = Column(batch, file.Schema.Name).IsNullAt(row);
                        missing += isNull ? 1 : 0;
                        if (!isNull || file.WritesNulls)
                            due.Add((row, file, output.PathOf(id, file)));
                    }
            foreach (string companion in plan.Columns)
                _ = Column(batch, companion);
            foreach ((int row, RowFile file, string path) in due)
            {
                file.Check(batch, row);
                output.RequireFree(path);
            }
            output.Create();
            foreach ((int row, RowFile file, string path) in due)
            {
                cancellationToken.ThrowIfCancellationRequested();
                OutputFolder.Write(path, aside => file.Write(aside, batch, row));
                files.Add(path);
            }
        }
        output.Create();
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
            $"The rows come without column '{name}': read them with the columns that {nameof(ColumnsToRead)} names.", nameof(batch));
}
