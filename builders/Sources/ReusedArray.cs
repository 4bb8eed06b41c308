namespace Pile.Builders.Sources;

/// <summary>An array that one block of rows uses after another: the garbage collector cannot keep up with arrays of megabytes.</summary>
/// <typeparam name="T">The type of a value.</typeparam>
internal sealed class ReusedArray<T>
{
    private T[] array = [];

    /// <summary>Returns memory for so many values, which has values of earlier blocks.</summary>
    internal Memory<T> Of(int count)
    {
        if (array.Length < count)
            array = new T[count];
        return array.AsMemory(0, count);
    }
}
