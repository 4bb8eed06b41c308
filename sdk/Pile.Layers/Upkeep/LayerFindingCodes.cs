namespace Pile.Layers;

/// <summary>The kinds of findings of a validation of a layer (LAYERS.md section 10). A code never changes its meaning.</summary>
internal static class LayerFindingCodes
{
    /// <summary>layer.yaml is not valid.</summary>
    internal const string Manifest = "L001";

    /// <summary>A commit is missing, is not valid, or does not follow the one before.</summary>
    internal const string Commit = "L002";

    /// <summary>A patch is missing, its bytes have changed, or its rows and columns are not those of its commit.</summary>
    internal const string Patch = "L003";

    /// <summary>A pack of blobs is missing, or its bytes have changed.</summary>
    internal const string Pack = "L004";

    /// <summary>A tag is not valid, or is of another commit.</summary>
    internal const string Tag = "L005";

    /// <summary>A state is missing, is not valid, or is of another commit.</summary>
    internal const string State = "L006";

    /// <summary>A file that no commit needs.</summary>
    internal const string Unused = "L007";
}
