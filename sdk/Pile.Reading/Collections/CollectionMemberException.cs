using Pile.Format;

namespace Pile.Reading;

/// <summary>A dataset of a collection cannot be opened or read, for the reason that the inner exception states.</summary>
internal sealed class CollectionMemberException : PileException
{
    private CollectionMemberException(string collection, string member, PileException reason)
        : base($"The member '{member}' of the collection '{collection}' cannot be used: {reason.Message}", reason)
    {
    }

    /// <summary>Returns whether an error is of one dataset, and not of the machine, so that the other datasets can be used.</summary>
    internal static bool IsOfOne(PileException e) => e is not (MemoryLimitException or NativeLibraryMissingException);

    /// <summary>Returns the error of a member, which names it and the collection.</summary>
    internal static PileException Of(DatasetCollection collection, CollectionMember member, PileException reason) =>
        reason is DatasetInvalidException { Dataset: var address } && address == collection.AddressOf(member) ? reason
            : new CollectionMemberException(collection.Address, member.Name, reason);
}
