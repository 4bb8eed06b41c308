using System.Collections.Immutable;
using System.Globalization;
using Pile.Format;
using Pile.Reading;

namespace Pile.Publishing.Versions;

/// <summary>What several datasets declare about the values of a column. The result declares it for the rows of all, so that it must not say
/// anything about values of which it was not said.</summary>
/// <param name="datasets">The datasets.</param>
/// <param name="keepsWindows">True if windows of rasters stay windows, whose pixels are not read.</param>
/// <param name="onMessage">Receives messages for the user.</param>
internal sealed class SharedDeclarations(IReadOnlyList<Dataset> datasets, bool keepsWindows, Action<string>? onMessage)
{
    private readonly Dictionary<Dataset, ImmutableArray<ColumnStatistics>> statistics = [];

    /// <summary>A column of a dataset, with the time scale and the spectral medium that it has from the dataset.</summary>
    private readonly record struct Side(Dataset Dataset, ColumnSchema Column)
    {
        internal string Address => Dataset.Address;
    }

    /// <summary>Checks all columns that at least two datasets have.</summary>
    /// <exception cref="SchemaMismatchException">A declaration of one dataset would apply to values of another that does not make it.
    /// </exception>
    /// <exception cref="PileException">A dataset cannot be read.</exception>
    internal async Task RequireAsync(CancellationToken cancellationToken)
    {
        RequireVisibleColumns();
        foreach (IGrouping<string, Side> column in datasets
            .SelectMany(d => d.Manifest.Columns.Where(c => !(keepsWindows && c.IsOutside))
                .Select(c => new Side(d, ColumnMeaning.In(d.Manifest, c))))
            .GroupBy(side => side.Column.Name, StringComparer.Ordinal))
        {
            Side[] sides = [.. column];
            await RequireNamesAsync(sides, cancellationToken).ConfigureAwait(false);
            await RequireSentinelsAsync(sides, cancellationToken).ConfigureAwait(false);
            await RequireStatedAsync(sides, "time scale", c => c.Time is { } time ? TimeWords.Describe(time) : null, "time",
                cancellationToken).ConfigureAwait(false);
            await RequireStatedAsync(sides, "spectral medium", c => c.SpectralMedium, "spectral_medium", cancellationToken)
                .ConfigureAwait(false);
            await ReportUnitAsync(sides, cancellationToken).ConfigureAwait(false);
        }
        await RequireMediumAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Requires that no alias hides a column of another dataset.</summary>
    private void RequireVisibleColumns()
    {
        foreach (Dataset dataset in datasets)
            foreach (AliasSchema alias in dataset.Manifest.Aliases)
                if (datasets.FirstOrDefault(d => d.Manifest.Columns.Any(c => c.Name.Equals(alias.Name, StringComparison.OrdinalIgnoreCase))
                    && !d.Manifest.Aliases.Any(a => a.Name == alias.Name)) is { } hidden)
                    throw new SchemaMismatchException($"{dataset.Address} and {hidden.Address}", alias.Name,
                        $"it is an alias in '{dataset.Address}' ({alias.Native ?? alias.Expression}), which would hide the column of this "
                            + $"name in '{hidden.Address}'",
                        "Build one of them again with another name: of the alias under 'columns' in the recipe, or of the column with "
                            + "'rename' in its source");
    }

    /// <summary>Requires that all codes have names, if those of one dataset have.</summary>
    private async Task RequireNamesAsync(Side[] sides, CancellationToken cancellationToken)
    {
        if (sides.FirstOrDefault(s => !s.Column.Categories.IsEmpty) is not { Dataset: not null } named)
            return;
        foreach (Side other in sides.Where(s => s.Column.Categories.IsEmpty))
        {
            if (!await HasValuesAsync(other, cancellationToken).ConfigureAwait(false))
                continue;
            string? unnamed = !other.Column.DType.IsInteger() ? null : await FindAsync(other, column =>
                UnnamedCode.In(column.WithSchema(column.Schema with { Categories = named.Column.Categories })) is { } code
                    ? (code.Row, $"the code {code.Code}") : null, cancellationToken).ConfigureAwait(false);
            throw Contradiction(named, other, $"its codes have names in '{named.Address}' and none in '{other.Address}'"
                + (unnamed is null ? "" : $", where {unnamed}, which '{named.Address}' does not name"), "categories");
        }
    }

    /// <summary>Requires one list of sentinels, or that no value is one without being declared.</summary>
    private async Task RequireSentinelsAsync(Side[] sides, CancellationToken cancellationToken)
    {
        if (sides.FirstOrDefault(s => !s.Column.Sentinels.IsEmpty) is not { Dataset: not null } first)
            return;
        ImmutableArray<double> sentinels = first.Column.Sentinels;
        foreach (Side other in sides)
            if (!other.Column.Sentinels.IsEmpty && !other.Column.Sentinels.ToHashSet().SetEquals(sentinels))
                throw Contradiction(first, other, $"its sentinels are {TextOf(first)} in '{first.Address}' and {TextOf(other)} in "
                    + $"'{other.Address}'", "sentinels");
            else if (other.Column.Sentinels.IsEmpty && other.Column.DType is not (DType.String or DType.Bool)
                && await HasValuesAsync(other, cancellationToken).ConfigureAwait(false)
                && await FindAsync(other, column => SentinelOf(column, sentinels), cancellationToken).ConfigureAwait(false)
                    is { } value)
                throw Contradiction(first, other, $"its sentinels are {TextOf(first)} in '{first.Address}', but '{other.Address}' declares "
                    + $"none, where {value}", "sentinels");

        static string TextOf(Side side) =>
            string.Join(", ", side.Column.Sentinels.Select(s => s.ToString("R", CultureInfo.InvariantCulture)));
    }

    private static (int Row, string Value)? SentinelOf(ColumnData column, ImmutableArray<double> sentinels)
    {
        for (int row = 0; row < column.RowCount; row++)
        {
            if (column.IsNullAt(row))
                continue;
            ReadOnlySpan<byte> values = column.RowBytes(row);
            Moments all = new();
            all.Add(column.Schema.DType, values);
            foreach (double sentinel in sentinels)
            {
                Moments others = new();
                others.Add(column.Schema.DType, values, [sentinel]);
                if (others.Skipped > all.Skipped) // which NaN and infinite numbers do not change
                    return (row, $"the value {sentinel.ToString("R", CultureInfo.InvariantCulture)}");
            }
        }
        return null;
    }

    /// <summary>Requires that all datasets state what changes the meaning of the values, if one does. That they state the same is checked
    /// when their columns are merged.</summary>
    private async Task RequireStatedAsync(Side[] sides, string what, Func<ColumnSchema, string?> of, string key,
        CancellationToken cancellationToken)
    {
        if (sides.FirstOrDefault(s => of(s.Column) is not null) is not { Dataset: not null } stated)
            return;
        foreach (Side other in sides.Where(s => of(s.Column) is null))
            if (await HasValuesAsync(other, cancellationToken).ConfigureAwait(false))
                throw Contradiction(stated, other, $"its {what} is {of(stated.Column)} in '{stated.Address}', but '{other.Address}' states "
                    + "none", key);
    }

    /// <summary>Requires that the medium of a whole dataset is not that of other columns of wavelengths, which state none.</summary>
    private async Task RequireMediumAsync(CancellationToken cancellationToken)
    {
        if (datasets.FirstOrDefault(d => d.Manifest.SpectralMedium is not null) is not { } stated)
            return;
        foreach (Side other in datasets.SelectMany(d => d.Manifest.Columns.Select(c => new Side(d, ColumnMeaning.In(d.Manifest, c)))))
            if (ColumnMeaning.IsWavelength(other.Column) && other.Column.SpectralMedium is null
                && await HasValuesAsync(other, cancellationToken).ConfigureAwait(false))
                throw Contradiction(new Side(stated, other.Column), other, $"the wavelengths of '{stated.Address}' are in "
                    + $"{stated.Manifest.SpectralMedium}, but '{other.Address}' states no medium", "spectral_medium");
    }

    /// <summary>Reports a unit that only some datasets state: it is that of the column.</summary>
    private async Task ReportUnitAsync(Side[] sides, CancellationToken cancellationToken)
    {
        if (sides.FirstOrDefault(s => s.Column.Unit is not null) is not { Dataset: not null } stated)
            return;
        foreach (Side other in sides.Where(s => s.Column.Unit is null))
            if (await HasValuesAsync(other, cancellationToken).ConfigureAwait(false))
                onMessage?.Invoke($"column '{other.Column.Name}': '{other.Address}' states no unit, so the values are taken to be in that "
                    + $"of '{stated.Address}', '{stated.Column.Unit}'");
    }

    private static SchemaMismatchException Contradiction(Side declared, Side other, string finding, string key) =>
        new($"{declared.Address} and {other.Address}", other.Column.Name, finding, "Build one of them again so that both declare the same: "
            + (other.Column.IsStandard ? $"'{key}' in the recipe" : $"native: {{ {other.Column.Name}: {{ {key}: … }} }} in the recipe"));

    private async Task<bool> HasValuesAsync(Side side, CancellationToken cancellationToken)
    {
        if (!statistics.TryGetValue(side.Dataset, out ImmutableArray<ColumnStatistics> known))
            statistics[side.Dataset] = known = await side.Dataset.StatisticsAsync(cancellationToken).ConfigureAwait(false);
        return side.Dataset.Manifest.Rows > 0
            && (known.FirstOrDefault(s => s.Column == side.Column.Name) is not { } found || found.Count + found.Skipped > 0);
    }

    /// <summary>Returns the first value that is found, with the id of its row; null without one.</summary>
    private static async Task<string?> FindAsync(Side side, Func<ColumnData, (int Row, string Value)?> find,
        CancellationToken cancellationToken)
    {
        StoredRows rows = new(side.Dataset, wants: c => c.Name == side.Column.Name || c.Name == IdsLayout.ObjectId);
        await foreach (RowBatch batch in rows.ReadSelectedAsync(cancellationToken).ConfigureAwait(false))
            if (find(batch[side.Column.Name]) is { } found)
                return $"the row with the id {ElementText.OfScalar(batch[IdsLayout.ObjectId], found.Row)} has {found.Value}";
        return null;
    }
}
