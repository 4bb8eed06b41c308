namespace Pile.Builders.Sources.SkyImages;

/// <summary>Memory of the pixels of some rows, which later rows may use again.</summary>
internal sealed class PixelMemory
{
    internal ReusedArray<float> Flux { get; } = new();

    internal ReusedArray<float> Ivar { get; } = new();

    internal ReusedArray<bool> IsGood { get; } = new();

    internal ReusedArray<int> Dq { get; } = new();
}
