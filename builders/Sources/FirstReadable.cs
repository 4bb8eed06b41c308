using Pile.Format;

namespace Pile.Builders.Sources;

/// <summary>Reads from the first readable file of a source what all of its files have in common.</summary>
/// <remarks>The units of unreadable files report them, as errors or as skipped files.</remarks>
internal static class FirstReadable
{
    /// <summary>Returns the result for the first item for which there is one.</summary>
    /// <param name="items">At least one file, or its number.</param>
    /// <param name="read">Reads the file.</param>
    /// <exception cref="PileException">No file is readable; this is the error of the first one.</exception>
    internal static TResult Of<TItem, TResult>(IEnumerable<TItem> items, Func<TItem, TResult> read)
    {
        PileException? failure = null;
        foreach (TItem item in items)
            try
            {
                return read(item);
            }
            catch (PileException e) when (e is not NativeLibraryMissingException)
            {
                failure ??= e;
            }
        throw failure!;
    }
}
