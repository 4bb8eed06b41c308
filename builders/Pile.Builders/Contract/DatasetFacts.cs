using System.Collections.Immutable;
using Pile.Format;

namespace Pile.Builders;

/// <summary>The metadata that applies to all rows of a builder; a recipe can complete it.</summary>
public sealed record DatasetFacts
{
    /// <summary>The modality of the rows.</summary>
    public required string Modality { get; init; }

    /// <summary>The frame of the position of every row: <see cref="Manifest.Icrs"/> for <c>ra</c> and <c>dec</c>,
    /// <see cref="Manifest.Wgs84"/> for <c>lon</c> and <c>lat</c>; null for rows without a position, which are sorted by a hash of their
    /// id.</summary>
    public string? Frame { get; init; } = Manifest.Icrs;

    /// <summary>True if the index alone stores the rows, because all other values are in files outside the dataset.</summary>
    internal bool IsIndexOnly { get; init; }

    /// <summary>True if rows have the column <c>tile</c>, because the recipe names a grid that the builder divides them by.</summary>
    internal bool HasTiles { get; init; }

    /// <summary>What to do about two rows with one id, if the source knows more than the general advice.</summary>
    internal string? RepeatedIdRemedy { get; init; }

    /// <summary><c>vacuum</c> or <c>air</c>, for wavelengths.</summary>
    public string? SpectralMedium { get; init; }

    /// <summary>The time scale of <c>mjd</c> and <c>mjd_end</c>, as FITS names it.</summary>
    public string? TimeScale { get; init; }

    /// <summary>The reference position of the times, as FITS names it.</summary>
    public string? TimeReference { get; init; }

    /// <summary>The compression of heavy columns, if the recipe does not name one; null for that of the format.</summary>
    /// <remarks>A part of a row is read alone only if the row is not compressed.</remarks>
    public PieceCodec? Codec { get; init; }

    /// <summary>The epoch of the positions as a Julian year, if all rows share one.</summary>
    public double? EpochYear { get; init; }

    /// <summary>Standard names for native columns.</summary>
    public ImmutableArray<AliasSchema> Aliases { get; init; } = [];
}
