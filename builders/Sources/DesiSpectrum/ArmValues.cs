using System.Buffers;
using Pile.Fits;

namespace Pile.Builders.Sources.DesiSpectrum;

/// <summary>The values of one arm for a block of targets, in memory of the pool, which later blocks use again. The arrays may be longer
/// than the values, which are not set.</summary>
/// <param name="resolution">The diagonals of the resolution matrix, shape [target, diagonal, pixel].</param>
/// <param name="first">The block's first target in the file.</param>
/// <param name="elements">The number of targets times that of pixels.</param>
internal sealed class ArmValues(FitsImage resolution, long first, int elements) : IDisposable
{
    /// <summary>Shape [target, pixel].</summary>
    internal float[] Flux { get; } = ArrayPool<float>.Shared.Rent(elements);

    /// <summary>Shape [target, pixel].</summary>
    internal float[] Ivar { get; } = ArrayPool<float>.Shared.Rent(elements);

    /// <summary>Shape [target, pixel]; 0 is good.</summary>
    internal uint[] Mask { get; } = ArrayPool<uint>.Shared.Rent(elements);

    /// <summary>The number of diagonals of the resolution matrix.</summary>
    internal int Diagonals => (int)resolution.Axes[1];

    /// <summary>Reads the resolution matrix of a target.</summary>
    /// <param name="target">The target in the block.</param>
    /// <param name="values">Receives the diagonals, shape [diagonal, pixel].</param>
    internal void ReadResolution(int target, Span<float> values) =>
        resolution.Read([0, 0, first + target], [resolution.Width, Diagonals, 1], values);

    public void Dispose()
    {
        ArrayPool<float>.Shared.Return(Flux);
        ArrayPool<float>.Shared.Return(Ivar);
        ArrayPool<uint>.Shared.Return(Mask);
    }
}
