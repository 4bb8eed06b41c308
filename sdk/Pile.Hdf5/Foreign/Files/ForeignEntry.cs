namespace Pile.Hdf5;

/// <summary>What a link of a group leads to.</summary>
internal enum ForeignEntryKind
{
    Group,
    Dataset,

    /// <summary>A committed type.</summary>
    Type,
    SoftLink,
    ExternalLink,
    UserDefinedLink,
}

/// <summary>A link in a file, with the object that it leads to.</summary>
/// <param name="Path">The path from the root, without a slash at its start.</param>
/// <param name="Kind">The kind of the object; soft and external links are not followed.</param>
/// <param name="Link">The link.</param>
/// <param name="Depth">The number of groups between the root and the link.</param>
/// <param name="IsRepeated">True for a group that was listed before: its links are not listed again.</param>
internal readonly record struct ForeignEntry(string Path, ForeignEntryKind Kind, ForeignLink Link, int Depth, bool IsRepeated);
