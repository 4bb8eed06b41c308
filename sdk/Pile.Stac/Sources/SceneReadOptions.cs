using System.Buffers;

namespace Pile.Stac;

/// <summary>Options for reading scenes.</summary>
internal sealed record SceneReadOptions
{
    /// <summary>The largest document in bytes; it is also the memory that a single document may take before it is parsed.</summary>
    internal int MaxItemBytes { get; init; } = 16 << 20;

    /// <summary>The number of documents that are parsed, or fetched from a folder, at the same time.</summary>
    internal int Parallelism { get; init; } = Environment.ProcessorCount;

    /// <summary>Receives what is not valid, in the order of the documents; reading continues with the next document, if there is one.
    /// Null to throw the first one. To stop reading, throw it.</summary>
    internal Action<SceneInvalidException>? OnInvalid { get; init; }

    /// <summary>Where assets are stored, and documents with absolute links that have a prefix of a mount.</summary>
    internal MountRules Mounts { get; init; } = MountRules.None;

    /// <summary>The collections that were read, of which items inherit properties.</summary>
    internal CollectionProperties Collections { get; } = new();

    /// <summary>Returns true for a document that is read by itself, by its file or address: links to it are not followed, so that it is
    /// read once. Null to follow all links.</summary>
    internal Func<string, bool>? IsReadByItself { get; init; }

    /// <summary>True for documents of a dataset of scenes, which has the bands that they inherit in its columns.</summary>
    internal bool AreStored { get; init; }

    /// <summary>Lends memory for the chunks of a file that is read in chunks.</summary>
    internal ArrayPool<byte> Memory { get; init; } = ArrayPool<byte>.Shared;

    /// <summary>Reports a problem, or throws it.</summary>
    internal void Report(SceneInvalidException problem)
    {
        if (OnInvalid is null)
            throw problem;
        OnInvalid(problem);
    }
}
