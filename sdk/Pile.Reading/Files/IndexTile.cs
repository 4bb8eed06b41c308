using Pile.Sky;

namespace Pile.Reading;

/// <summary>One Parquet file of the index.</summary>
/// <param name="File">Path, rows and size.</param>
/// <param name="Sky">The pixel of its rows; null if they have no positions.</param>
/// <param name="FirstPosition">The index position of its first row: the rows of all tiles before it.</param>
internal sealed record IndexTile(DatasetFile File, HealpixPixel? Sky, long FirstPosition)
{
    /// <summary>The pixel of its rows.</summary>
    /// <exception cref="InvalidOperationException">The rows have no positions.</exception>
    internal HealpixPixel Pixel => Sky ?? throw new InvalidOperationException($"The rows of '{File.Path}' have no positions.");
}
