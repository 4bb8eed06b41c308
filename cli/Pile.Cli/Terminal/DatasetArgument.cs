using Pile.Format;
using Pile.Reading;
using Pile.Storage;

namespace Pile.Cli.Terminal;

/// <summary>Resolves the dataset that an argument names, which may be a member of a collection.</summary>
internal static class DatasetArgument
{
    /// <summary>Returns the folder or address of the dataset, for verbs that do not open it through the SDK's dataset.</summary>
    /// <exception cref="UsageException">There is no such file or folder.</exception>
    /// <exception cref="DatasetInvalidException">The member of a collection is missing.</exception>
    internal static async Task<string> ResolveAsync(string path, CancellationToken cancellationToken)
    {
        if (!FileStore.IsRemote(path) && !DatasetCollection.IsAddress(path))
            return InputFile.Require(path, "The dataset");
        string resolved = await DatasetCollection.ResolveAsync(path, null, cancellationToken).ConfigureAwait(false);
        return resolved == path || FileStore.IsRemote(resolved) || Path.Exists(resolved) ? resolved
            : throw DatasetCollection.MissingMember(path, resolved, DatasetNotFoundException.FindingIn(resolved));
    }
}
