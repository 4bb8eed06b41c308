using System.Reflection;
using System.Runtime.CompilerServices;
using Pile.Codecs;
using Pile.CrossMatch.Matching.Cells;

namespace Pile.CrossMatch.Plain;

/// <summary>Compiles the loops of a match on an idle core while another one opens files.</summary>
/// <remarks>The loops are fully optimized for the vectors of the machine, so they cannot be compiled ahead of time. Types with rarely used
/// loops are not listed here.</remarks>
internal static class CompilingAhead
{
    // In the order in which a match uses them.
    private static readonly Type[] Types =
    [
        typeof(ReachedChunks), typeof(CellOrders), typeof(MappedPositions), typeof(BorderScan), typeof(BorderCopies), typeof(FacePoint),
        typeof(CellSearcher), typeof(RowCursor), typeof(CellObjects), typeof(FacePlaces), typeof(Candidates), typeof(SmallSeparations),
        typeof(PartnerOrder),
        typeof(MappedColumn), typeof(PairCounts), typeof(DensityCount),
    ];

    private static int isStarted;

    /// <summary>Starts compiling, once per process.</summary>
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
