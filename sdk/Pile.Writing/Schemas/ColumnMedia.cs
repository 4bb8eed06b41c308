using System.Collections.Immutable;
using Pile.Format;

namespace Pile.Writing.Schemas;

/// <summary>Divides spectral media between the dataset, which declares one for all its wavelengths, and single columns, which declare a
/// different one.</summary>
internal static class ColumnMedia
{
    /// <summary>Returns the medium that the dataset declares: that of the spec or of the modality's columns, otherwise the common medium of
    /// all columns of wavelengths; null if they differ.</summary>
    /// <exception cref="SchemaMismatchException">The modality's columns have another medium than the spec, or than each other.</exception>
    internal static string? OfDataset(IEnumerable<ColumnSchema> columns, DatasetSpec spec)
    {
        string? medium = spec.SpectralMedium;
        foreach (ColumnSchema column in columns.Where(c => c.Role == ColumnRole.Standard))
            if (column.SpectralMedium is { } its && (medium ??= its) != its)
                throw new SchemaMismatchException("the dataset", column.Name,
                    $"its wavelengths are in {its}, but those of the dataset are in {medium}",
                    "Build two datasets, or convert the wavelengths of one");
        return medium ?? (columns.Where(c => c.SpectralMedium is not null || ColumnMeaning.IsWavelength(c)).Select(c => c.SpectralMedium)
            .Distinct().ToArray() is [var shared] ? shared : null);
    }

    /// <summary>Removes the medium from columns that inherit it from the dataset; readers add it again.</summary>
    internal static ImmutableArray<ColumnSchema> WithoutInherited(IEnumerable<ColumnSchema> columns, string? medium) =>
        [.. columns.Select(c => c.SpectralMedium is not null && c.SpectralMedium == medium && ColumnMeaning.IsWavelength(c)
            ? c with { SpectralMedium = null } : c)];
}
