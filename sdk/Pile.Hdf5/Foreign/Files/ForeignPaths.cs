namespace Pile.Hdf5;

/// <summary>Finds objects by their paths. The links of the groups that were used last are kept.</summary>
internal sealed class ForeignPaths(ForeignFile file, ObjectMessages root)
{
    // libhdf5 follows at most as many by default.
    private const int MaxSoftLinks = 16;
    private const int KeptGroups = 16;
    private readonly Dictionary<long, Dictionary<string, ForeignLink>> groups = [];

    /// <summary>Finds an object; soft links are followed.</summary>
    /// <exception cref="Hdf5Exception">There is no such object, or it is in another file.</exception>
    internal ObjectMessages Find(string path)
    {
        Stack<string> names = new(Split(path));
        ObjectMessages current = root;
        int softLinks = 0;
        while (names.TryPop(out string? name))
        {
            if (!ForeignLinks.IsGroup(current) || !LinksOf(current, path).TryGetValue(name, out ForeignLink? link))
                throw new Hdf5Exception(file.Path, path, $"there is no object '{name}'");
            switch (link.Kind)
            {
                case ForeignLinkKind.Hard:
                    current = ObjectMessages.Read(file.Bytes, link.Address, path);
                    break;
                case ForeignLinkKind.Soft when ++softLinks <= MaxSoftLinks:
                    foreach (string target in Split(link.TargetPath!))
                        names.Push(target);
                    current = link.TargetPath!.StartsWith('/') ? root : current;
                    break;
                case ForeignLinkKind.Soft:
                    throw new Hdf5Exception(file.Path, path, $"more than {MaxSoftLinks} soft links, possibly in a cycle");
                case ForeignLinkKind.External:
                    throw Unsupported($"'{name}' is a link to '{link.TargetPath}' in the file '{link.TargetFile}', which Pile does not "
                        + "follow");
                default:
                    throw Unsupported($"'{name}' is a user-defined link, which Pile does not follow");
            }
        }
        return current;

        Hdf5Exception Unsupported(string finding) => new(file.Path, path, finding) { IsUnsupported = true };
    }

    /// <summary>Returns the names of a path, the last first.</summary>
    private static IEnumerable<string> Split(string path) =>
        path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(name => name is not ".").Reverse();

    private Dictionary<string, ForeignLink> LinksOf(ObjectMessages group, string path)
    {
        if (groups.TryGetValue(group.Address, out Dictionary<string, ForeignLink>? known))
            return known;
        if (groups.Count is KeptGroups)
            foreach (long address in groups.Keys.Where(address => address != root.Address).ToArray())
                groups.Remove(address);
        return groups[group.Address] = ForeignLinks.Read(file.Bytes, group, path, new(file.Bytes.Length))
            .ToDictionary(link => link.Name, StringComparer.Ordinal);
    }
}
