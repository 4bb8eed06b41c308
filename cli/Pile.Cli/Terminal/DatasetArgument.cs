using Pile.Reading;
using Pile.Storage;

namespace Pile.Cli.Terminal;

/// <summary>Resolves the dataset that an argument names, which may be a member of a collection.</summary>
internal static class DatasetArgument
{
    /// <summary>Returns the folder or address of the dataset, for verbs that do not open it through the SDK's dataset.</summary>
    /// <exception cref="UsageException">There is no such file or folder.</exception>
    internal static async Task<string> ResolveAsync(string path, CancellationToken cancellationToken) =>
        FileStore.IsRemote(path) || DatasetCollection.IsAddress(path)
            ? await DatasetCollection.ResolveAsync(path, null, cancellationToken).ConfigureAwait(false)
            : InputFile.Require(path, "The dataset");
}
