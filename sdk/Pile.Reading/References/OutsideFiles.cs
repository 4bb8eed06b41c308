namespace Pile.Reading;

/// <summary>The files outside a dataset.</summary>
/// <param name="Pieces">As files with pieces.</param>
/// <param name="Windows">As rasters.</param>
internal sealed record OutsideFiles(PieceFiles Pieces, WindowSources Windows) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        Pieces.Dispose();
        Windows.Dispose();
    }
}
