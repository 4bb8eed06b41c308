using System.Globalization;

namespace Pile.Format;

/// <summary>The version of the format that a manifest follows.</summary>
/// <param name="Major">The major version; a reader rejects a newer one.</param>
/// <param name="Minor">The minor version; a reader accepts a newer one, which adds only what may be ignored.</param>
internal readonly record struct FormatVersion(int Major, int Minor)
{
    /// <summary>The version that this program writes, unless a dataset needs a newer one.</summary>
    public static FormatVersion Current => new(1, 0);

    /// <summary>The first version in which a column may have its own spectral medium.</summary>
    public static FormatVersion OfColumnMedium => new(1, 1);

    /// <summary>The first version whose shards do not contain the dataset's own version, so that the next version of a dataset can share
    /// them.</summary>
    public static FormatVersion OfSharedShards => new(1, 1);

    /// <summary>The first version in which rows may have no position.</summary>
    public static FormatVersion OfHash => new(1, 1);

    /// <summary>The first version in which the index alone may store the rows.</summary>
    public static FormatVersion OfIndexOnly => new(1, 1);

    /// <summary>The first version in which <c>positions.parquet</c> may lack the column <c>row</c>.</summary>
    public static FormatVersion OfCompactPositions => new(1, 1);

    /// <summary>The first version in which values may be in files outside the dataset.</summary>
    public static FormatVersion OfReferences => new(1, 1);

    /// <summary>The first version with the modalities of files, scenes and chips.</summary>
    public static FormatVersion OfFiles => new(1, 1);

    /// <summary>The first version in which lists of light columns may be compressed in shards.</summary>
    public static FormatVersion OfCompressedLists => new(1, 1);

    /// <summary>The first version in which positions may be on the earth.</summary>
    public static FormatVersion OfEarth => new(1, 1);

    /// <summary>Returns the oldest version that supports a dataset.</summary>
    /// <param name="columns">The columns and what they declare.</param>
    /// <param name="isVersioned">True if the dataset is one of several versions, which share shards.</param>
    /// <param name="frame">The frame of the positions; null if rows have none.</param>
    /// <param name="hasShards">False if the index alone stores the rows.</param>
    /// <param name="modality">The modality.</param>
    /// <param name="hasCompactPositions">True if the file of positions lacks the numbers of rows.</param>
    public static FormatVersion For(IEnumerable<ColumnSchema> columns, bool isVersioned, PositionFrame? frame, bool hasShards = true,
        string? modality = null, bool hasCompactPositions = false) =>
        modality is Modality.OfFiles or Modality.OfScenes or Modality.OfChips ? OfFiles
        : columns.Any(c => c.SpectralMedium is not null || c.IsBytes) ? OfColumnMedium : isVersioned ? OfSharedShards
        : frame is null ? OfHash : frame.IsEarth ? OfEarth : !hasShards ? OfIndexOnly
        : hasCompactPositions ? OfCompactPositions
        : columns.Any(c => c.IsOutside) ? OfReferences : Current;

    /// <summary>Parses a version such as <c>1.0</c>.</summary>
    public static bool TryParse(string text, out FormatVersion version)
    {
        version = default;
        string[] parts = text.Split('.');
        if (parts.Length != 2 || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int major)
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int minor))
            return false;
        version = new FormatVersion(major, minor);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Major}.{Minor}";
}
