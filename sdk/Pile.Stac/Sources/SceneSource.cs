using System.Runtime.CompilerServices;
using Pile.Format;
using Pile.Storage;

namespace Pile.Stac;

/// <summary>Reads the scenes of a file: an item, an ItemCollection, NDJSON, a catalog with everything that it links to, EO3 as YAML or
/// JSON.</summary>
internal static class SceneSource
{
    /// <summary>Reads all scenes in their order.</summary>
    /// <param name="store">The folder, bucket or server; links of a catalog do not leave it.</param>
    /// <param name="path">The file, relative to the store.</param>
    /// <param name="options">The options.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="SceneInvalidException">A document is not valid, and <see cref="SceneReadOptions.OnInvalid"/> is null.</exception>
    /// <exception cref="SourceUnreadableException">There is no such file, or it cannot be read.</exception>
    /// <exception cref="StoreException">The store denies a request or fails.</exception>
    internal static async IAsyncEnumerable<Scene> ReadAsync(IFileStore store, string path, SceneReadOptions options,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        string source = Name(store, path);
        if (IsYaml(path))
        {
            byte[] text = await BytesAsync(store, path, options, cancellationToken).ConfigureAwait(false);
            foreach (Scene scene in Eo3Document.ParseYaml(text, source, options))
                yield return scene;
            yield break;
        }
        using IRandomAccessFile file = await OpenAsync(store, path, options, cancellationToken).ConfigureAwait(false);
        // Only a file that was read into memory can be a catalog: a catalog is one document.
        IAsyncEnumerable<Scene> scenes = file is BytesFile { Bytes: var bytes } && SceneDocument.KindOf(bytes) is DocumentKind.Catalog
            ? CatalogReader.ReadAsync(store, path, bytes, options, cancellationToken)
            : ReadAsync(file, source, options, store.Traits.IsLocal ? DocumentFrames.ChunkBytes : DocumentFrames.RemoteChunkBytes,
                cancellationToken);
        await foreach (Scene scene in scenes.ConfigureAwait(false))
            yield return scene;
    }

    /// <summary>Reads all scenes and converts them where they are parsed, several groups of them at the same time.</summary>
    /// <param name="store">The folder, bucket or server; links of a catalog do not leave it.</param>
    /// <param name="path">The file, relative to the store.</param>
    /// <param name="options">The options.</param>
    /// <param name="conversion">Converts the scenes.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The results in the order of the scenes.</returns>
    /// <inheritdoc cref="ReadAsync(IFileStore, string, SceneReadOptions, CancellationToken)" path="/exception"/>
    internal static async IAsyncEnumerable<T> ConvertAsync<T>(IFileStore store, string path, SceneReadOptions options,
        SceneConversion<T> conversion, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (!IsYaml(path))
        {
            using IRandomAccessFile file = await OpenAsync(store, path, options, cancellationToken).ConfigureAwait(false);
            if (file is not BytesFile { Bytes: var bytes } || SceneDocument.KindOf(bytes) is not DocumentKind.Catalog)
            {
                DocumentFrames frames = Frames(file, Name(store, path), options, DocumentFrames.ConvertedChunkBytes);
                await foreach (T converted in ScenePipeline.ConvertAsync(frames, Name(store, path), options, conversion, cancellationToken)
                    .ConfigureAwait(false))
                    yield return converted;
                yield break;
            }
        }
        await foreach (T converted in SceneBatches.ConvertAsync(ReadAsync(store, path, options, cancellationToken), conversion,
            cancellationToken: cancellationToken).ConfigureAwait(false))
            yield return converted;
    }

    /// <summary>Reads the scenes of an open file that is not a catalog.</summary>
    internal static IAsyncEnumerable<Scene> ReadAsync(IRandomAccessFile file, string source, SceneReadOptions options,
        int chunkBytes = DocumentFrames.ChunkBytes, CancellationToken cancellationToken = default) =>
        ScenePipeline.ReadAsync(Frames(file, source, options, chunkBytes), source, options, cancellationToken);

    private static DocumentFrames Frames(IRandomAccessFile file, string source, SceneReadOptions options, int chunkBytes)
    {
        if (file is BytesFile { Bytes: var bytes })
            options.Collections.AddFrom(bytes);
        long offset = 0;
        return new DocumentFrames(async (destination, token) =>
        {
            int count = (int)Math.Min(destination.Length, file.LengthBytes - offset);
            if (count > 0)
                await file.ReadAsync(offset, destination[..count], token).ConfigureAwait(false);
            offset += count;
            return count;
        }, source, options, chunkBytes);
    }

    /// <summary>Reads a small file completely.</summary>
    internal static async Task<byte[]> BytesAsync(IFileStore store, string path, SceneReadOptions options,
        CancellationToken cancellationToken)
    {
        try
        {
            return await store.ReadAllAsync(path, options.MaxItemBytes, cancellationToken).ConfigureAwait(false);
        }
        catch (InvalidDataException e)
        {
            throw new SceneInvalidException(SceneProblem.TooLarge, Name(store, path), 0, null, "", e.Message.TrimEnd('.'),
                "Increase SceneReadOptions.MaxItemBytes", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(store, path, e);
        }
    }

    /// <summary>Returns the address of a file for messages and relative hrefs.</summary>
    internal static string Name(IFileStore store, string path) =>
        store.Address.Length == 0 ? path : path.Length == 0 ? store.Address : $"{store.Address.TrimEnd('/')}/{path}";

    internal static bool IsYaml(string path) =>
        path.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".yml", StringComparison.OrdinalIgnoreCase);

    private static async Task<IRandomAccessFile> OpenAsync(IFileStore store, string path, SceneReadOptions options,
        CancellationToken cancellationToken)
    {
        try
        {
            IRandomAccessFile file = await store.OpenAsync(path, cancellationToken).ConfigureAwait(false);
            if (file.LengthBytes > options.MaxItemBytes)
                return file;
            // For a remote store this is one request, which needs no support for ranges.
            file.Dispose();
            return new BytesFile(await BytesAsync(store, path, options, cancellationToken).ConfigureAwait(false));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(store, path, e);
        }
    }

    private static SourceUnreadableException Unreadable(IFileStore store, string path, Exception e) =>
        new(Name(store, path), e is FileNotFoundException ? "there is no such file" : e.Message.TrimEnd('.'),
            "Check the path and its permissions", e);
}
