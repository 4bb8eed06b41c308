namespace Pile.Storage;

/// <summary>Chooses the store for an address.</summary>
public static class FileStore
{
    /// <summary>Makes the store for a folder's path, relative or absolute, or a <c>file://</c> address. Nothing is looked at yet.</summary>
    /// <exception cref="ArgumentException">The address is empty, or of a kind that this version does not read.</exception>
    public static IFileStore For(string address)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(address);
        int scheme = address.IndexOf("://", StringComparison.Ordinal);
        if (scheme <= 0)
            return new LocalFolder(address);
        return address.StartsWith("file://", StringComparison.OrdinalIgnoreCase)
            ? new LocalFolder(new Uri(address).LocalPath)
            : throw new ArgumentException($"This version reads datasets in folders; it has no store for '{address[..scheme]}://'. Copy the dataset to a folder first.", nameof(address));
    }
}
