using Pile.Format;

namespace Pile.Layers;

/// <summary>There is no layer at an address.</summary>
/// <param name="layer">The folder or address.</param>
internal sealed class LayerNotFoundException(string layer)
    : PileException($"There is no layer at '{layer}': it has no layer.yaml. Check the address, or create a layer with 'pile layer create "
        + $"{layer} --of DATASET'.")
{
    /// <summary>The folder or address.</summary>
    internal string Layer { get; } = layer;
}
