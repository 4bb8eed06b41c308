namespace Pile.Builders.Sources.SkyImages;

/// <summary>Memory of the pixels of some rows, which later rows may use again: the garbage collector cannot keep up with blocks of
/// megabytes.</summary>
internal sealed class PixelMemory
{
    private float[] flux = [], ivar = [];
    private bool[] isGood = [];
    private int[] dq = [];

    /// <summary>Returns the memory of so many pixels; each is 0.</summary>
    internal Memory<float> Flux(int pixels) => Zeros(ref flux, pixels);

    /// <inheritdoc cref="Flux"/>
    internal Memory<float> Ivar(int pixels) => Zeros(ref ivar, pixels);

    /// <summary>Returns the memory of so many pixels; each is false.</summary>
    internal Memory<bool> IsGood(int pixels) => Zeros(ref isGood, pixels);

    /// <inheritdoc cref="Flux"/>
    internal Memory<int> Dq(int pixels) => Zeros(ref dq, pixels);

    private static Memory<T> Zeros<T>(ref T[] array, int count)
    {
        if (array.Length < count)
            array = new T[count];
        else
            array.AsSpan(0, count).Clear();
        return array.AsMemory(0, count);
    }
}
