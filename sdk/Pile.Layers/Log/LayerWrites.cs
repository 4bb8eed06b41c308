using Pile.Format;

namespace Pile.Layers;

/// <summary>Describes writes of a layer that the disk or a permission prevents.</summary>
internal static class LayerWrites
{
    /// <summary>What to do if the write was needed for a change.</summary>
    internal const string Remedy =
        "Nothing of it was stored. Free space or grant write access there, then run the command again";

    /// <summary>Runs a write.</summary>
    /// <param name="address">The layer.</param>
    /// <param name="what">The part of the layer that is written.</param>
    /// <param name="write">The write. Errors of remote stores state their own remedy.</param>
    /// <param name="remedy">What to do next.</param>
    /// <exception cref="OutputUnwritableException">The disk is full or reports an error, or permission is denied.</exception>
    internal static async Task<T> GuardAsync<T>(string address, string what, Func<Task<T>> write, string remedy = Remedy)
    {
        try
        {
            return await write().ConfigureAwait(false);
        }
        catch (Exception e) when (FileFault.Is(e) && e is not FileNotFoundException)
        {
            throw new OutputUnwritableException(address, $"{what} cannot be written: {FileFault.TextOf(e)}", remedy, e);
        }
    }
}
