using Pile.Format;

namespace Pile.Adopting;

/// <summary>The files of a tar archive in the order of the archive: the last one of each path.</summary>
internal sealed class TarMembers
{
    private readonly PathIndex paths = new();
    private readonly List<TarMember> members = [];
    private readonly List<int> lastOf = []; // the last member of each path
    private int replaced;

    /// <summary>The paths.</summary>
    internal PathList Paths => paths.Paths;

    /// <summary>The number of members, including replaced ones.</summary>
    internal int Count => members.Count;

    /// <summary>Adds a member.</summary>
    /// <returns>An earlier member with the same path, which the new one replaces; otherwise null.</returns>
    internal TarMember? Add(ReadOnlySpan<byte> path, long offset, long bytes, long modifiedMicros, MediaType type)
    {
        int number = paths.Add(path, out bool isNew);
        TarMember? earlier = isNew ? null : members[lastOf[number]];
        if (isNew)
            lastOf.Add(members.Count);
        else
        {
            lastOf[number] = members.Count;
            replaced++;
        }
        members.Add(new(number, offset, bytes, modifiedMicros, type));
        return earlier;
    }

    /// <summary>Returns the members without those that are replaced.</summary>
    internal TarMember[] ToArray()
    {
        TarMember[] kept = new TarMember[members.Count - replaced];
        int next = 0;
        for (int i = 0; i < members.Count; i++)
            if (lastOf[members[i].Path] == i)
                kept[next++] = members[i];
        return kept;
    }
}
