namespace Pile.Hdf5;

/// <summary>The kinds of links.</summary>
internal enum ForeignLinkKind
{
    /// <summary>A link to an object of the same file.</summary>
    Hard,

    /// <summary>A link to a path of the same file.</summary>
    Soft,

    /// <summary>A link to a path of another file.</summary>
    External,

    /// <summary>A link whose meaning only its writer knows.</summary>
    UserDefined,
}

/// <summary>A link of a group.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Address">The address of the object's header, for a hard link.</param>
/// <param name="TargetPath">The path of a soft or external link.</param>
/// <param name="TargetFile">The file of an external link.</param>
internal sealed record ForeignLink(string Name, ForeignLinkKind Kind, long Address, string? TargetPath = null, string? TargetFile = null);
