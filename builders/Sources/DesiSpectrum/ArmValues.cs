using System.Buffers;

namespace Pile.Builders.Sources.DesiSpectrum;

/// <summary>The values of one arm for a block of targets.</summary>
/// <param name="Flux">Shape [target, pixel].</param>
/// <param name="Ivar">Shape [target, pixel].</param>
/// <param name="Mask">Shape [target, pixel]; 0 is good.</param>
/// <param name="Resolution">The diagonals of the resolution matrix, shape [target, diagonal, pixel], in memory of the pool.</param>
/// <param name="Diagonals">The number of diagonals.</param>
internal sealed record ArmValues(float[] Flux, float[] Ivar, uint[] Mask, float[] Resolution, int Diagonals) : IDisposable
{
    public void Dispose() => ArrayPool<float>.Shared.Return(Resolution);
}
