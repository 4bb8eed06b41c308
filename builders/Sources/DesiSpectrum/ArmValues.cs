using System.Buffers;

namespace Pile.Builders.Sources.DesiSpectrum;

/// <summary>The values of one arm for a block of targets, in memory of the pool, which later blocks use again. The arrays may be longer
/// than the values, which are not set.</summary>
/// <param name="elements">The number of targets times that of pixels.</param>
/// <param name="diagonals">The number of diagonals of the resolution matrix.</param>
internal sealed class ArmValues(int elements, int diagonals) : IDisposable
{
    /// <summary>Shape [target, pixel].</summary>
    internal float[] Flux { get; } = ArrayPool<float>.Shared.Rent(elements);

    /// <summary>Shape [target, pixel].</summary>
    internal float[] Ivar { get; } = ArrayPool<float>.Shared.Rent(elements);

    /// <summary>Shape [target, pixel]; 0 is good.</summary>
    internal uint[] Mask { get; } = ArrayPool<uint>.Shared.Rent(elements);

    /// <summary>The diagonals of the resolution matrix, shape [target, diagonal, pixel].</summary>
    internal float[] Resolution { get; } = ArrayPool<float>.Shared.Rent(checked(elements * diagonals));

    /// <summary>The number of diagonals.</summary>
    internal int Diagonals { get; } = diagonals;

    public void Dispose()
    {
        ArrayPool<float>.Shared.Return(Flux);
        ArrayPool<float>.Shared.Return(Ivar);
        ArrayPool<uint>.Shared.Return(Mask);
        ArrayPool<float>.Shared.Return(Resolution);
    }
}
