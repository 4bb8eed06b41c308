namespace Pile.Hdf5;

/// <summary>Lists all links of a file.</summary>
/// <remarks>
/// The links of the groups between the root and the current one are in memory, and the address of each group. Groups that are linked
/// repeatedly are listed each time and entered once, so that cycles end.
/// </remarks>
internal static class ForeignWalk
{
    private const int MaxDepth = 512, MaxPathLength = 1 << 16;

    /// <summary>Lists the links below the root, depth first, in the ordinal order of their names within a group.</summary>
    /// <exception cref="Hdf5Exception">A group or the header of an object is corrupt.</exception>
    internal static IEnumerable<ForeignEntry> List(ForeignFile file, ObjectMessages root)
    {
        HashSet<long> entered = [root.Address];
        ReadBudget budget = new(file.Bytes.Length);
        Stack<(ForeignLink[] Links, int Next, string Prefix)> groups = new([(ForeignLinks.Read(file.Bytes, root, null, budget), 0, "")]);
        while (groups.TryPop(out (ForeignLink[] Links, int Next, string Prefix) group))
        {
            if (group.Next == group.Links.Length)
                continue;
            ForeignLink link = group.Links[group.Next];
            groups.Push(group with { Next = group.Next + 1 });
            string path = group.Prefix + link.Name;
            int depth = groups.Count - 1;
            if (link.Kind is not ForeignLinkKind.Hard)
            {
                yield return new(path, KindOf(link), link, depth, false);
                continue;
            }
            ObjectMessages messages = ObjectMessages.Read(file.Bytes, link.Address, path);
            ForeignEntryKind kind = KindOf(file, messages, path);
            bool isNew = kind is not ForeignEntryKind.Group || entered.Add(link.Address);
            file.Remember(messages);
            yield return new(path, kind, link, depth, !isNew);
            if (kind is not ForeignEntryKind.Group || !isNew)
                continue;
            if (depth + 1 == MaxDepth || path.Length > MaxPathLength)
                throw new Hdf5Exception(file.Path, null, $"groups are nested more than {MaxDepth} times, or a path has more than "
                    + $"{MaxPathLength} characters");
            groups.Push((ForeignLinks.Read(file.Bytes, messages, path, budget), 0, path + "/"));
        }
    }

    /// <summary>Returns the kind of an object.</summary>
    /// <exception cref="Hdf5Exception">The object is neither a group nor a dataset nor a type.</exception>
    internal static ForeignEntryKind KindOf(ForeignFile file, ObjectMessages messages, string path) =>
        ForeignLinks.IsGroup(messages) ? ForeignEntryKind.Group
        : messages.Contains(MessageType.DataLayout) ? ForeignEntryKind.Dataset
        : messages.Contains(MessageType.Datatype) ? ForeignEntryKind.Type
        : throw file.Bytes.Invalid("object header", messages.Address, path, "the object is neither a group nor a dataset nor a type");

    private static ForeignEntryKind KindOf(ForeignLink link) => link.Kind switch
    {
        ForeignLinkKind.Soft => ForeignEntryKind.SoftLink,
        ForeignLinkKind.External => ForeignEntryKind.ExternalLink,
        _ => ForeignEntryKind.UserDefinedLink,
    };
}
