namespace Pile.Builders.Sources.DesiSpectrum;

/// <summary>Memory of the spectra of some rows, which later rows may use again.</summary>
internal sealed class SpectrumMemory
{
    internal ReusedArray<float> Flux { get; } = new();

    internal ReusedArray<float> Ivar { get; } = new();

    internal ReusedArray<uint> Mask { get; } = new();

    internal ReusedArray<bool> IsBad { get; } = new();

    internal ReusedArray<float> Lambda { get; } = new();

    internal ReusedArray<float> LsfSigma { get; } = new();
}
