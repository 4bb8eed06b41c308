using System.Collections.Immutable;
using Pile.DuckDb;
using Pile.Format;
using Pile.Reading;

namespace Pile.Publishing.Versions;

/// <summary>The columns of one array of windows in a dataset: the array and what describes its bands and times.</summary>
/// <param name="Prefix">The start of the columns' names, such as <c>chip</c> or <c>chip_20m</c>.</param>
/// <param name="Signature">Dtype, axes and names of the bands. Groups with equal signatures have rows of one kind.</param>
/// <param name="Columns">The names of the columns.</param>
internal sealed record WindowGroup(string Prefix, string Signature, ImmutableArray<string> Columns)
{
    /// <summary>Divides the values of <see cref="DistinctAsync"/>.</summary>
    internal const char ValueSeparator = '\u001e';

    private const char BandSeparator = '\u001f';

    /// <summary>Returns the groups of a dataset, in the order of its columns.</summary>
    /// <exception cref="PileException">The index cannot be read.</exception>
    internal static async Task<ImmutableArray<WindowGroup>> OfAsync(Dataset dataset, CancellationToken cancellationToken)
    {
        Manifest manifest = dataset.Manifest;
        Modality modality = Modality.Get(manifest.Modality, manifest.Partition);
        List<WindowGroup> groups = [];
        foreach (ColumnSchema array in manifest.Columns.Where(c => c is { Storage: ColumnStorage.Window, Role: ColumnRole.Standard }))
        {
            string prefix = modality.GroupOf(array.Name);
            // Columns without axes, such as chip_x, are of the row.
            ImmutableArray<string> columns = [.. manifest.Columns.Where(c => c.Role == ColumnRole.Standard
                && modality.Find(c.Name) is { Dims.IsEmpty: false } && modality.GroupOf(c.Name) == prefix
                && c.Name.StartsWith(prefix + "_", StringComparison.Ordinal)).Select(c => c.Name)];
            string bands = manifest.Column($"{prefix}_band") is { } names
                ? await DistinctAsync(dataset, $"array_to_string({DuckDbSql.Identifier(names.SqlName)}, chr({(int)BandSeparator}))",
                    cancellationToken).ConfigureAwait(false) : "";
            groups.Add(new WindowGroup(prefix, $"{array.DType.Name()} {string.Join(' ', array.Shape[..^2])} {bands}", columns));
        }
        return [.. groups];
    }

    /// <summary>Returns the different values of a text expression, sorted and joined.</summary>
    internal static async Task<string> DistinctAsync(Dataset dataset, string expression, CancellationToken cancellationToken)
    {
        List<string> values = [];
        await foreach (RowBatch batch in dataset.SqlAsync($"SELECT DISTINCT {expression} AS v FROM d WHERE v IS NOT NULL ORDER BY v",
            cancellationToken: cancellationToken).ConfigureAwait(false))
            for (int row = 0; row < batch.RowCount; row++)
                values.Add(((TextColumnData)batch["v"]).Text(row));
        return string.Join(ValueSeparator, values);
    }
}
