namespace Pile.Builders.Sources.SkyImages;

/// <summary>Memory of the pixels of some rows, which later rows may use again: the garbage collector cannot keep up with blocks of
/// megabytes.</summary>
internal sealed class PixelMemory
{
    private float[] flux = [], ivar = [];
    private bool[] isGood = [];
    private int[] dq = [];

    /// <summary>Returns the memory of so many pixels, which have the values of earlier rows.</summary>
    internal Memory<float> Flux(int pixels) => Of(ref flux, pixels);

    /// <inheritdoc cref="Flux"/>
    internal Memory<float> Ivar(int pixels) => Of(ref ivar, pixels);

    /// <inheritdoc cref="Flux"/>
    internal Memory<bool> IsGood(int pixels) => Of(ref isGood, pixels);

    /// <inheritdoc cref="Flux"/>
    internal Memory<int> Dq(int pixels) => Of(ref dq, pixels);

    private static Memory<T> Of<T>(ref T[] array, int count)
    {
        if (array.Length < count)
            array = new T[count];
        return array.AsMemory(0, count);
    }
}
