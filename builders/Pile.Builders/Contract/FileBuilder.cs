using Pile.Format;

namespace Pile.Builders;

/// <summary>A builder that reads files one by one and their rows one by one: the short way to write a builder.</summary>
/// <remarks>Each file under the key <c>files</c> of the recipe's source is a unit. Rows with the same columns are collected into
/// batches.</remarks>
/// <param name="source">The recipe's source.</param>
public abstract class FileBuilder(RecipeSource source) : IDatasetBuilder
{
    private const int RowsPerBatch = 1024;
    private const long BytesPerBatch = 8L << 20;

    /// <inheritdoc/>
    public abstract DatasetFacts Facts { get; }

    /// <inheritdoc/>
    public IAsyncEnumerable<SourceUnit> PlanAsync(BuildContext context, CancellationToken cancellationToken) =>
        source.Units().Select(unit => unit with { Files = [.. unit.Files, .. FilesBeside(unit.Files[0])] }).ToAsyncEnumerable();

    /// <inheritdoc/>
    public IAsyncEnumerable<RowBatch> ReadAsync(SourceUnit unit, BuildContext context, CancellationToken cancellationToken) =>
        Batches(unit.Files[0], context, cancellationToken).ToAsyncEnumerable();

    /// <summary>Returns the further files that the rows of a file are read from. They are recorded in the dataset, and a change of one is
    /// noticed when a build is resumed or appended to.</summary>
    /// <param name="path">The file.</param>
    protected virtual IEnumerable<string> FilesBeside(string path) => [];

    /// <summary>Reads the rows of one file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="context">The build, and where the builder reports what it finds in this file.</param>
    /// <remarks>A row that the dataset cannot have, such as one without a position, is skipped if bad rows are, and is otherwise the end of
    /// the build. <c>skipped.csv</c> then has its id. Call <see cref="BuildContext.Reject"/> instead of returning it to list it by its row
    /// in the file.</remarks>
    /// <exception cref="PileException">The file does not have the expected content. The message names file, row and column.</exception>
    protected abstract IEnumerable<Observation> Read(string path, BuildContext context);

    private IEnumerable<RowBatch> Batches(string path, BuildContext context, CancellationToken cancellationToken)
    {
        List<RowBatch> rows = [];
        long bytes = 0, wanted = context.WantedRows ?? long.MaxValue;
        foreach (Observation observation in Read(path, context))
        {
            cancellationToken.ThrowIfCancellationRequested();
            RowBatch row = observation.ToBatch();
            if (rows.Count == RowsPerBatch || bytes >= BytesPerBatch || (rows.Count > 0 && !HaveSameColumns(rows[0], row)))
            {
                yield return Joined(rows);
                rows.Clear();
                bytes = 0;
            }
            rows.Add(row);
            bytes += row.Columns.Sum(BytesOf);
            if (--wanted == 0)
                break;
        }
        if (rows.Count > 0)
            yield return Joined(rows);
    }

    private static long BytesOf(ColumnData column) => column is TextColumnData text ? text.Utf8.Length : column.RowBytes(0).Length;

    private static bool HaveSameColumns(RowBatch a, RowBatch b)
    {
        bool same = a.Columns.Length == b.Columns.Length && a.SourceRows.Length == b.SourceRows.Length;
        for (int i = 0; same && i < a.Columns.Length; i++)
            same = a.Columns[i].Schema.Equals(b.Columns[i].Schema);
        return same;
    }

    private static RowBatch Joined(List<RowBatch> rows) => rows is [var only] ? only
        : new(rows[0].Columns.Select((_, i) => ColumnData.Concat([.. rows.Select(row => row.Columns[i])])))
        {
            SourceRows = rows[0].SourceRows.IsEmpty ? default : rows.Select(row => row.SourceRows.Span[0]).ToArray(),
        };
}
