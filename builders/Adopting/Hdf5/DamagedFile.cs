using Pile.Format;
using Pile.Hdf5;

namespace Pile.Adopting;

/// <summary>Reports a damaged HDF5 file by the place where the user has it, and what to do.</summary>
internal static class DamagedFile
{
    /// <summary>Returns the error of a file for the user; other errors are unchanged.</summary>
    /// <param name="error">The error, whose file is named by its address in the dataset.</param>
    /// <param name="root">The root of the files.</param>
    internal static PileException Report(PileException error, ArchiveRoot root) => error is not Hdf5Exception damage ? error
        : new SourceUnreadableException($"HDF5 file '{PlaceOf(damage.FilePath, root)}'{(damage.Item is { } item ? $", '{item}'" : "")}",
            damage.Finding.TrimEnd('.'), "Get the file again, or leave it out", damage);

    /// <summary>Returns the items, and reports damaged files.</summary>
    internal static IEnumerable<T> Reporting<T>(IEnumerable<T> items, ArchiveRoot root)
    {
        using IEnumerator<T> each = items.GetEnumerator();
        while (Next(each, root))
            yield return each.Current;
    }

    private static bool Next<T>(IEnumerator<T> items, ArchiveRoot root)
    {
        try
        {
            return items.MoveNext();
        }
        catch (Hdf5Exception e)
        {
            throw Report(e, root);
        }
    }

    /// <summary>Returns the path of a local file; the address of another one.</summary>
    internal static string PlaceOf(string uri, ArchiveRoot root) =>
        root.Store.Traits.IsLocal && uri.StartsWith(root.Uri + "/", StringComparison.Ordinal)
            ? Path.Combine(root.Store.LocalRoot, uri[(root.Uri.Length + 1)..]) : uri;
}
