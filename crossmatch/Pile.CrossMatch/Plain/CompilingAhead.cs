using System.Reflection;
using System.Runtime.CompilerServices;
using Pile.Codecs;
using Pile.CrossMatch.Matching.Cells;

namespace Pile.CrossMatch.Plain;

/// <summary>Compiles the loops of a match, on a core that has nothing to do yet while the first one opens files.</summary>
/// <remarks>They are compiled in full for the machine's own vectors, so nobody can do it before. Loops that most matches never come to are
/// in types that are not named here.</remarks>
internal static class CompilingAhead
{
    // In the order of need.
    private static readonly Type[] Types =
    [
        typeof(ReachedChunks), typeof(CellOrders), typeof(MappedPositions), typeof(BorderScan), typeof(BorderCopies), typeof(FacePoint),
        typeof(CellSearcher), typeof(RowCursor), typeof(CellObjects), typeof(FacePlaces), typeof(Candidates), typeof(SmallSeparations),
        typeof(PartnerOrder),
        typeof(MappedColumn), typeof(PairCounts), typeof(DensityCount),
    ];

    private static int isStarted;

    /// <summary>Begins, once in a process.</summary>
    internal static void Start()
    {
        if (Interlocked.Exchange(ref isStarted, 1) == 0)
            new Thread(Compile) { IsBackground = true, Name = "compiling ahead" }.Start();
    }

    private static void Compile()
    {
        Crc32C.Compute(new byte[4096]);
        foreach (Type type in Types)
            Compile(type);
    }

    private static void Compile(Type type)
    {
        const BindingFlags declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static
            | BindingFlags.DeclaredOnly;
        foreach (MethodInfo method in type.GetMethods(declared))
            if (method.MethodImplementationFlags.HasFlag(MethodImplAttributes.AggressiveOptimization))
                RuntimeHelpers.PrepareMethod(method.MethodHandle);
    }
}
