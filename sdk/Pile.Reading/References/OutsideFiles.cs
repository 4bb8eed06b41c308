namespace Pile.Reading;

/// <summary>The files outside a dataset.</summary>
/// <param name="Pieces">As files with pieces.</param>
/// <param name="Windows">As rasters.</param>
internal sealed record OutsideFiles(PieceFiles Pieces, WindowSources Windows) : IDisposable
{
    /// <summary>The reads of both.</summary>
    internal ReadStatistics Statistics
    {
        get
        {
            (ReadStatistics pieces, ReadStatistics windows) = (Pieces.Statistics, Windows.Statistics);
            return new(pieces.Reads + windows.Reads, pieces.BytesRead + windows.BytesRead, pieces.BytesUsed + windows.BytesUsed);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Pieces.Dispose();
        Windows.Dispose();
    }
}
