namespace Pile.Reading;

/// <summary>A layer of a saved query, at one commit.</summary>
/// <param name="Address">The layer's folder or address; not part of hashes.</param>
/// <param name="Commit">The number of the commit; null in a query that follows.</param>
/// <param name="Hash">The SHA-256 of the commit; null in a query that follows its dataset and layers.</param>
/// <param name="Prefix">The text before the names of fields; null for none.</param>
internal sealed record SavedLayer(string Address, long? Commit, string? Hash, string? Prefix)
{
    /// <summary>Returns the layer as <see cref="DatasetOptions.Layers"/> names it.</summary>
    /// <param name="address">Its address for this process.</param>
    internal string Reference(string address)
    {
        // A path such as x=1/notes would be taken for a prefix.
        if (Prefix is null && address.Contains('=', StringComparison.Ordinal) && !Path.IsPathRooted(address)
            && !address.Contains("://", StringComparison.Ordinal))
            address = "./" + address;
        return $"{(Prefix is null ? "" : Prefix + "=")}{address}{(Commit is { } number ? $"@{number}" : "")}";
    }
}
