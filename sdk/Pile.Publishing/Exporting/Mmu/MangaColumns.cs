using System.Collections.Immutable;
using Pile.Format;

namespace Pile.Publishing;

/// <summary>The stored columns of cubes.</summary>
internal sealed record MangaColumns
{
    /// <summary>The number of spaxels of each axis after padding.</summary>
    internal const int Size = 96;

    /// <summary>The number of wavelengths.</summary>
    internal const int Wavelengths = 4563;

    /// <summary>The bits of a spaxel of the padding: DONOTUSE of MANGA_DRP3PIXMASK and MANGA_DAPPIXMASK.</summary>
    internal const long CubePadding = 1 << 10, MapPadding = 1 << 30;

    internal required Provenance Provenance { get; init; }

    internal required ColumnSchema Flux { get; init; }

    internal required ColumnSchema Ivar { get; init; }

    internal required ColumnSchema Mask { get; init; }

    internal required ColumnSchema Lsf { get; init; }

    internal required ColumnSchema Lambda { get; init; }

    internal required ColumnSchema Redshift { get; init; }

    internal required ColumnSchema SpaxelSize { get; init; }

    /// <summary>Images reconstructed from the cube, and their bands; null if the dataset has none.</summary>
    internal ColumnSchema? Image { get; init; }

    internal ColumnSchema? ImageBand { get; init; }

    internal ColumnSchema? Psf { get; init; }

    /// <summary>Derived maps and their labels; null if the dataset has none.</summary>
    internal ColumnSchema? Map { get; init; }

    internal ColumnSchema? MapIvar { get; init; }

    internal ColumnSchema? MapMask { get; init; }

    internal ColumnSchema? MapLabel { get; init; }

    internal ColumnSchema? MapUnit { get; init; }

    /// <summary>The names of the columns.</summary>
    internal ImmutableArray<string> Sources => [.. ((ColumnSchema?[])[Flux, Ivar, Mask, Lsf, Lambda, Redshift, SpaxelSize, Image, ImageBand,
        Psf, Map, MapIvar, MapMask, MapLabel, MapUnit]).OfType<ColumnSchema>().Select(c => c.Name).Distinct(StringComparer.Ordinal)];
}
