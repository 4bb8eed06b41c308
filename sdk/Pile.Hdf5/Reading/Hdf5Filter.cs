namespace Pile.Hdf5;

/// <summary>One step of a dataset's filter pipeline.</summary>
/// <param name="Id">The registered number: 1 deflate, 2 shuffle, 3 Fletcher-32, 4 szip, 32000 LZF.</param>
/// <param name="Name">The name in the file, often empty.</param>
/// <param name="Parameters">What the filter was told when it was declared.</param>
internal sealed record Hdf5Filter(int Id, string Name, IReadOnlyList<uint> Parameters)
{
    internal const int DeflateId = 1, ShuffleId = 2;
}
