namespace Pile.Hdf5;

/// <summary>A name in a group, and what is there.</summary>
internal sealed record Hdf5Link(string Name, Hdf5LinkKind Kind);

/// <summary>What a name in a group leads to.</summary>
internal enum Hdf5LinkKind
{
    /// <summary>A group.</summary>
    Group,

    /// <summary>A dataset.</summary>
    Dataset,

    /// <summary>A type that has a name.</summary>
    NamedType,

    /// <summary>A path in the same file, which may lead nowhere; not followed.</summary>
    SoftLink,

    /// <summary>Another file, or a link of the writer's own kind; never followed.</summary>
    ExternalLink,
}
