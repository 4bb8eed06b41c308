namespace Pile.Format;

/// <summary>Another commit was made since the writer opened the layer, and both change the same thing.</summary>
/// <param name="layer">The layer's folder or address.</param>
/// <param name="finding">What both change, and who they are.</param>
/// <param name="remedy">What to do next.</param>
public sealed class LayerConflictException(string layer, string finding, string remedy)
    : PileException($"Layer '{layer}': {finding}. {remedy}.")
{
    /// <summary>The layer's folder or address.</summary>
    public string Layer { get; } = layer;

    /// <summary>Creates the error of values, or of fields.</summary>
    /// <param name="layer">The layer's folder or address.</param>
    /// <param name="finding">What both change, and who they are.</param>
    /// <param name="isOfValues">True if both set values, which the last writer may replace.</param>
    internal LayerConflictException(string layer, string finding, bool isOfValues = true)
        : this(layer, finding, isOfValues
            ? "Look at the values with 'pile layer blame', then set them again; or use LayerWriter.LastWins to replace them"
            : "Look at the commits with 'pile layer log', then decide whether the change is still needed")
    {
    }
}
