using Pile.Format;

namespace Pile.Plotting;

/// <summary>Reads what pictures show of other rows and catalogues.</summary>
internal interface IRowSurroundings
{
    /// <summary>Returns the positions of a catalogue within a circle; null without a catalogue.</summary>
    /// <exception cref="PileException">The catalogue cannot be read.</exception>
    Task<SkyPositions?> WithinAsync(double raDeg, double decDeg, double radiusDeg, CancellationToken cancellationToken);

    /// <summary>Returns the footprints of a chip and of its scene; null if the row has none.</summary>
    /// <exception cref="PileException">The rows of the scene cannot be read.</exception>
    Task<ChipPlace?> PlaceAsync(RowBatch batch, int row, CancellationToken cancellationToken);
}
