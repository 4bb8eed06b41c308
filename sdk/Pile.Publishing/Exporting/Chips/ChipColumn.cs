using Pile.Format;

namespace Pile.Publishing.Exporting.Chips;

/// <summary>The column of chips that is exported, and its group.</summary>
/// <param name="Array">The pixels: time, band, y, x.</param>
/// <param name="Group">The start of the names of its columns, such as <c>chip</c>.</param>
internal sealed record ChipColumn(ColumnSchema Array, string Group)
{
    /// <summary>The column with the names of bands.</summary>
    internal string Bands => $"{Group}_band";

    /// <summary>Finds a column.</summary>
    /// <param name="manifest">The dataset's manifest.</param>
    /// <param name="name">The column; null for the main one.</param>
    /// <exception cref="ArgumentException">The dataset has no chips, or not in this column.</exception>
    internal static ChipColumn Of(Manifest manifest, string? name)
    {
        if (manifest.Modality != Modality.OfChips)
            throw new ArgumentException($"'{manifest.Name}' has the modality {manifest.Modality}; this format is for chips.",
                nameof(manifest));
        Modality modality = Modality.Get(manifest.Modality, manifest.Partition);
        ColumnSchema[] arrays = [.. manifest.Columns.Where(c => c is { IsHeavy: true, IsStandard: true }
            && c.Name == $"{modality.GroupOf(c.Name)}_array")];
        ColumnSchema array = (name is null ? arrays.FirstOrDefault() : arrays.FirstOrDefault(c => c.Name == name))
            ?? throw new ArgumentException($"'{name}' is not a column of chips. Such columns of '{manifest.Name}' are "
                + $"{string.Join(", ", arrays.Select(c => c.Name))} (ExportOptions.Column).", nameof(name));
        ChipColumn found = new(array, modality.GroupOf(array.Name));
        return manifest.Column(found.Bands) is not null ? found
            : throw new SchemaMismatchException(manifest.Name, found.Bands, "the names of the bands are missing", "Build it again");
    }
}
