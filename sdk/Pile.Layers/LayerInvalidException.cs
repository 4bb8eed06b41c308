using Pile.Format;

namespace Pile.Layers;

/// <summary>A layer does not follow the format, contradicts itself, or was damaged.</summary>
/// <param name="layer">The layer's folder or address.</param>
/// <param name="finding">What is wrong, and where.</param>
/// <param name="remedy">What to do next.</param>
/// <param name="inner">The underlying exception.</param>
internal sealed class LayerInvalidException(string layer, string finding, string remedy, Exception? inner = null)
    : PileException($"Layer '{layer}': {finding.TrimEnd('.')}. {remedy}.", inner)
{
    internal const string GetAgain = "Get the layer again from its source or a backup";

    internal const string DeleteStates = "Delete the folder 'states': it is derived from the log";

    /// <summary>What is wrong, and where.</summary>
    internal string Finding { get; } = finding;
}
